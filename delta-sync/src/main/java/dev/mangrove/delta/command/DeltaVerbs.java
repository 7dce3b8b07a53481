package dev.mangrove.delta.command;

import dev.mangrove.cli.Verbs;
import java.util.List;

/** What this module adds to the program. */
public final class DeltaVerbs implements Verbs {
    @Override
    public List<Object> commands() {
        return List.of(new DeltaCommand());
    }
}
