package dev.mangrove.cli.store;

import dev.mangrove.cli.Verbs;
import java.util.List;

/** Looks at stores. */
public final class StoreVerbs implements Verbs {
    @Override
    public List<Object> commands() {
        return List.of(new DuCommand());
    }
}
