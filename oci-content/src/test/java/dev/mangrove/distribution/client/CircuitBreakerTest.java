package dev.mangrove.distribution.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mangrove.content.ContentException;
import dev.mangrove.content.MovableClock;
import dev.mangrove.http.CallRequest;
import dev.mangrove.http.Headers;
import dev.mangrove.http.NoFreeConnectionException;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
    private static final CallRequest REQUEST =
            CallRequest.of("GET", URI.create("http://hub.example/v2/"), Headers.none());

    private final AtomicInteger calls = new AtomicInteger();

    private int callsThatFailWith(IOException failure) {
        CircuitBreaker breaker = new CircuitBreaker(
                (_, _) -> {
                    calls.incrementAndGet();
                    throw failure;
                },
                WebOrigin.of(REQUEST.uri()),
                new MovableClock(),
                new Random(7));
        for (int i = 0; i < 10; i++) {
            assertThrows(ContentException.Unavailable.class, () -> breaker.call(REQUEST, List.of()));
        }
        return calls.get();
    }

    @Test
    void aServerThatDoesNotAnswerIsLeftAloneForAWhile() {
        assertEquals(2, callsThatFailWith(new IOException("Connection refused")));
    }

    @Test
    void thatAllConnectionsAreInUseSaysNothingAboutTheServer() {
        assertEquals(10, callsThatFailWith(new NoFreeConnectionException("all are in use")));
    }
}
