package dev.mangrove.catalog.packaging;

import dev.mangrove.cli.Verbs;
import java.util.List;

/** What makes artifacts. */
public final class PackagingVerbs implements Verbs {
    @Override
    public List<Object> commands() {
        return List.of(new PublishCommand());
    }
}
