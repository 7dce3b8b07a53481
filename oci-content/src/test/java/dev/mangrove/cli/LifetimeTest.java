package dev.mangrove.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LifetimeTest {
    private final List<String> closed = new ArrayList<>();
    private volatile Optional<String> failure = Optional.empty();

    private final class Part implements Role.Running {
        private final String name;

        Part(String name) {
            this.name = name;
        }

        @Override
        public String url() {
            return "http://127.0.0.1:1";
        }

        @Override
        public Optional<String> failure() {
            return name.equals("region") ? failure : Optional.empty();
        }

        @Override
        public void close() {
            closed.add(name);
        }
    }

    @Test
    void aRoleThatCannotGoOnEndsTheProcessWithItsOwnCodeAfterEverythingIsClosed() throws InterruptedException {
        StringWriter messages = new StringWriter();
        try (Lifetime lifetime = new Lifetime(new PrintWriter(messages, true))) {
            lifetime.add("catalog", new Part("catalog"));
            lifetime.add("region", new Part("region"));
            failure = Optional.of("the disk of the store failed");
            assertEquals(ExitCode.STORE_FAILED, lifetime.await(Duration.ofMillis(1)));
        }
        assertEquals(List.of("region", "catalog"), closed);
        assertTrue(
                messages.toString().startsWith("error: region cannot go on: the disk of the store failed"),
                messages.toString());
        assertEquals(21, ExitCode.STORE_FAILED.code());
    }
}
