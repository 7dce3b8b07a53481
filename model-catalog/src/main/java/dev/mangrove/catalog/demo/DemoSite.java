package dev.mangrove.catalog.demo;

import dev.mangrove.cli.Config;
import dev.mangrove.cli.Role;
import dev.mangrove.cli.Roles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** The three roles, each with a store of its own below one folder and a free port, one the parent of the next. */
final class DemoSite implements AutoCloseable {
    private final Deque<Role.Running> running = new ArrayDeque<>();
    private final Path folder;
    private final String catalog;
    private final String region;
    private final String agent;

    DemoSite(Path folder) throws IOException {
        this.folder = folder;
        try {
            this.catalog = start("catalog", Map.of("delta.budget", "256MB")); // of a full disk a share is nothing
            this.region = start("region", Map.of("parents.0.url", catalog));
            this.agent = start("agent", Map.of("parents.0.url", region));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private String start(String role, Map<String, String> more) throws IOException {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("node", "demo-" + role);
        settings.put("listen.registry", "127.0.0.1:0");
        settings.put("store.path", folder.resolve(role).toString());
        settings.put("store.reserve", "1MB");
        settings.put(
                "freshness.window", "1ms"); // every pull asks anew, so that the last one has to do without an answer
        Role.Running started = Roles.named(role).start(Config.of(settings));
        running.push(started);
        return started.url();
    }

    String catalog() {
        return catalog;
    }

    String region() {
        return region;
    }

    String agent() {
        return agent;
    }

    /** Closes catalog and region; the agent is alone from now on. */
    void cutOff() throws IOException {
        Role.Running kept = running.pop();
        try {
            close();
        } finally {
            running.push(kept);
        }
    }

    @Override
    public void close() throws IOException {
        while (!running.isEmpty()) {
            running.pop().close();
        }
    }
}
