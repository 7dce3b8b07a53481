package dev.mangrove.catalog.demo;

import dev.mangrove.cli.Verbs;
import java.util.List;

/** The demonstration. */
public final class DemoVerbs implements Verbs {
    @Override
    public List<Object> commands() {
        return List.of(new DemoCommand());
    }
}
