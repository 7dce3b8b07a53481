package dev.mangrove.catalog.compare;

import dev.mangrove.cli.Verbs;
import java.util.List;

/** Looks at versions side by side. */
public final class CompareVerbs implements Verbs {
    @Override
    public List<Object> commands() {
        return List.of(new DiffCommand(), new HistoryCommand());
    }
}
