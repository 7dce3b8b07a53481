package dev.mangrove.cli;

import java.io.IOException;
import java.util.Optional;

/**
 * A long-running part of Mangrove that a module contributes: catalog, region or agent. {@code serve} starts one, {@code
 * up} all of them in one process, without any module knowing another.
 */
public interface Role {
    /** {@code catalog}, {@code region} or {@code agent}. */
    String name();

    /** Starts serving; returns when ready. */
    Running start(Config config) throws IOException;

    /** A started role. */
    interface Running extends AutoCloseable {
        /** {@code http://host:port} or {@code https://host:port} where clients reach it. */
        String url();

        /** Why it cannot go on without a restart; empty while it can. Asked every second. */
        Optional<String> failure();

        /** Stops taking requests, lets those under way finish, then closes the store. */
        @Override
        void close() throws IOException;
    }
}
