package dev.mangrove.proxy.plan;

import static dev.mangrove.proxy.plan.DeltaSite.deltaBetween;
import static dev.mangrove.proxy.plan.DeltaSite.digestOf;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.ContentException;
import dev.mangrove.content.Origin;
import dev.mangrove.content.TestTensors;
import dev.mangrove.distribution.client.FakeUpstream;
import dev.mangrove.http.Headers;
import dev.mangrove.http.Response;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.ManifestContent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An outage of the link makes an update late, and never large. */
@Timeout(120)
class DeltaOutageTest {
    private static final byte[] V1 = TestTensors.model(1, 7 << 20);
    private static final byte[] V2 = TestTensors.retrained(V1, 2, 0.02);

    @TempDir
    private Path folder;

    private byte[] delta = {};
    private Digest deltaDigest = digestOf(delta);

    @BeforeEach
    void makeDelta() throws IOException {
        delta = deltaBetween(List.of(V1), V2);
        deltaDigest = digestOf(delta);
    }

    private DeltaSite site() throws IOException {
        DeltaSite site = new DeltaSite(folder, DeltaPolicy.node(true));
        ManifestContent first = site.model("v1", V1);
        ManifestContent second = site.model("v2", V2);
        site.offer(delta, Optional.of(first), Optional.of(V1), second, V2);
        site.pull("v1", V1);
        return site;
    }

    /** Answers nothing until some time has passed on the clock of the site. */
    private static void down(DeltaSite site, Duration time) {
        Instant up = site.client.clock().instant().plus(time);
        site.parent.fault((exchange, registry) -> {
            boolean down = site.client.clock().instant().isBefore(up);
            if (down) {
                exchange.respond(Response.empty(503, Headers.none()));
            }
            return down;
        });
    }

    private static void assertDelta(DeltaSite site, DeltaSite.Got got) {
        assertArrayEquals(V2, got.bytes());
        assertEquals(0, site.parent.count("GET", "/blobs/" + digestOf(V2)), "never whole");
        assertTrue(site.savedBytes.get() > 0);
    }

    @Test
    void aPullGoesOnWithTheDeltaWhenTheLinkIsBack() throws Exception {
        try (DeltaSite site = site()) {
            AtomicBoolean cut = new AtomicBoolean();
            AtomicReference<Instant> up = new AtomicReference<>(Instant.MAX);
            site.parent.fault((exchange, registry) -> {
                if (FakeUpstream.isBlobGet(exchange, deltaDigest) && !cut.getAndSet(true)) {
                    up.set(site.client.clock().instant().plusSeconds(20));
                    exchange.respond(FakeUpstream.cutAfter(
                            FakeUpstream.part(exchange, delta), FakeUpstream.asked(exchange, delta), delta.length / 3));
                    return true;
                }
                boolean down = cut.get() && site.client.clock().instant().isBefore(up.get());
                if (down) {
                    exchange.respond(Response.empty(503, Headers.none()));
                }
                return down;
            });
            assertDelta(site, site.pull("v2", V2));
            assertEquals(List.of(), site.failures);
        }
    }

    @Test
    void aPullThatBeginsWhileTheLinkIsDownWaitsForTheDelta() throws Exception {
        try (DeltaSite site = site()) {
            site.resolve("v2");
            down(site, Duration.ofSeconds(20));
            DeltaSite.Got got = site.read(V2);
            assertDelta(site, got);
            assertEquals(Origin.DELTA, got.origin());
        }
    }

    @Test
    void manyOutagesAreNoFaultOfTheDelta() throws Exception {
        try (DeltaSite site = site()) {
            site.resolve("v2");
            for (int outage = 0; outage < 5; outage++) {
                down(site, Duration.ofHours(1));
                assertThrows(ContentException.Unavailable.class, () -> site.read(V2));
                site.parent.behave();
                site.client.clock().pass(Duration.ofMinutes(5));
            }
            assertDelta(site, site.read(V2));
        }
    }

    @Test
    void aDeltaThatTheParentCannotSendIsGivenUpOnlyAfterALongWait() throws Exception {
        try (DeltaSite site = site()) {
            site.parent.fault((exchange, registry) -> {
                boolean asked = FakeUpstream.isBlobGet(exchange, deltaDigest);
                if (asked) {
                    exchange.respond(Response.empty(503, Headers.none()));
                }
                return asked;
            });
            Instant before = site.client.clock().instant();
            DeltaSite.Got got = site.pull("v2", V2);
            assertArrayEquals(V2, got.bytes());
            Duration waited = Duration.between(before, site.client.clock().instant());
            assertTrue(waited.compareTo(Duration.ofMinutes(2)) >= 0, "waited " + waited);
            assertEquals(List.of(DeltaEvents.Failure.UNAVAILABLE), site.failures);
        }
    }
}
