package dev.mangrove.catalog;

import dev.mangrove.cli.Config;
import dev.mangrove.cli.Role;
import java.io.IOException;

/** The role {@code catalog}: a registry of its own content, with users and a certificate authority. */
public final class CatalogRole implements Role {
    @Override
    public String name() {
        return "catalog";
    }

    @Override
    public Running start(Config config) throws IOException {
        return Catalog.start(CatalogConfig.of(config));
    }
}
