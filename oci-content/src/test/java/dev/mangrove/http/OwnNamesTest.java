package dev.mangrove.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.mangrove.distribution.FakeExchange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnNamesTest {
    private static final HttpHandler OPEN = exchange -> exchange.respond(Response.empty(200, Headers.none()));

    private static int status(Headers sent) throws IOException {
        FakeExchange exchange = FakeExchange.of("GET", "/v2/_catalog", sent, new byte[0]);
        OwnNames.guard(OPEN, new InetSocketAddress("127.0.0.1", 7979), Set.of("hub.example"))
                .handle(exchange);
        return exchange.status();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:7979",
                "127.0.0.1",
                "127.9.8.7:1",
                "localhost:7979",
                "LocalHost",
                "catalog.localhost:7979",
                "[::1]:7979",
                "hub.example"
            })
    void theLoopbackAndTheNamesOfTheServerAreItsOwn(String host) throws IOException {
        assertEquals(200, status(Headers.of("Host", host)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example:7979",
                "evil.example",
                "127.0.0.1.evil.example",
                "localhost.evil.example",
                "evillocalhost",
                "192.168.1.5:7979",
                "[::2]:7979",
                "[::1",
                "0x7f.1:7979"
            })
    void aNameThatSomebodyElseMadeLeadHereIsRefused(String host) throws IOException {
        assertEquals(421, status(Headers.of("Host", host)));
    }

    @Test
    void aRequestOfOldWithoutHostIsNoBrowsers() throws IOException {
        assertEquals(200, status(Headers.none()));
    }

    @Test
    void whereOtherMachinesCallNamesAreNotLookedAt() {
        assertSame(OPEN, OwnNames.guard(OPEN, new InetSocketAddress("0.0.0.0", 7979), Set.of()));
    }
}
