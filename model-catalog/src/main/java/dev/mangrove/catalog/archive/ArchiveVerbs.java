package dev.mangrove.catalog.archive;

import dev.mangrove.cli.Verbs;
import java.util.List;

/** Artifacts as files. */
public final class ArchiveVerbs implements Verbs {
    @Override
    public List<Object> commands() {
        return List.of(new ImportCommand(), new ExportCommand());
    }
}
