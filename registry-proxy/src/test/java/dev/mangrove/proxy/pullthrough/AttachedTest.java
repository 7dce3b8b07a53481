package dev.mangrove.proxy.pullthrough;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.Caller;
import dev.mangrove.content.TestContent;
import dev.mangrove.distribution.client.FakeUpstream;
import dev.mangrove.http.Response;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.MediaType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered of lists of attachments takes bounded memory, however long anybody makes them. */
class AttachedTest {
    private static final Location REPOSITORY = Location.parse("acme/detector");
    private static final int LIST_BYTES = 1 << 20;
    private static final int LISTS = 20;

    @TempDir
    private Path folder;

    @Test
    void longListsMakeWayForThoseAskedForLast() throws IOException {
        try (PullThroughFixture fixture = new PullThroughFixture(folder)) {
            FakeUpstream upstream = fixture.parent();
            upstream.fault((exchange, registry) -> {
                exchange.respond(Response.text(200, MediaType.OCI_INDEX.value(), list()));
                return true;
            });
            PullThrough pullThrough = fixture.start();
            for (int i = 0; i < LISTS; i++) {
                assertEquals(1, referrers(pullThrough, i));
            }
            Map<String, Double> held = new HashMap<>();
            Map<String, Long> capacities = new HashMap<>();
            pullThrough.bounds((String place, long capacity, DoubleSupplier occupancy) -> {
                held.put(place, occupancy.getAsDouble());
                capacities.put(place, capacity);
            });
            assertEquals(16L << 20, capacities.get("referrer_list_bytes"));
            double bytes = held.getOrDefault("referrer_list_bytes", 0.0);
            assertTrue(bytes >= LIST_BYTES && bytes <= 16 << 20, "holds " + bytes);
            upstream.close();
            assertEquals(1, referrers(pullThrough, LISTS - 1));
            assertEquals(0, referrers(pullThrough, 0), "made way");
        }
    }

    private static int referrers(PullThrough pullThrough, int number) throws IOException {
        Digest subject = TestContent.random(number, 10).digest();
        return pullThrough.referrers(REPOSITORY, subject, Caller.NODE).size();
    }

    private static String list() {
        return """
                {"schemaVersion":2,"mediaType":"%s","manifests":[{"mediaType":"%s","digest":"%s","size":1,\
                "annotations":{"note":"%s"}}]}""".formatted(
                        MediaType.OCI_INDEX,
                        MediaType.OCI_MANIFEST,
                        TestContent.random(99, 10).digest(),
                        "x".repeat(LIST_BYTES));
    }
}
