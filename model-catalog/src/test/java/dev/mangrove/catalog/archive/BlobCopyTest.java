package dev.mangrove.catalog.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mangrove.cli.Progress;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.TestContent;
import dev.mangrove.distribution.client.ClientFixture;
import dev.mangrove.distribution.client.FakeUpstream;
import dev.mangrove.http.Body;
import dev.mangrove.http.Headers;
import dev.mangrove.http.Response;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.MediaType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BlobCopyTest {
    private static final Location REPOSITORY = Location.parse("acme/app");
    private static final TestContent LAYER = TestContent.random(1, 300_000);
    private static final Descriptor BLOB = Descriptor.of(MediaType.OCTETS, LAYER.digest(), 300_000);

    private final ClientFixture fixture = new ClientFixture();
    private final List<Duration> pauses = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private FakeUpstream upstream;

    @BeforeEach
    void start() throws IOException {
        upstream = fixture.upstream();
        upstream.registry().put(REPOSITORY, LAYER.bytes());
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void copy(OutputStream to) throws IOException {
        new BlobCopy(fixture.client(upstream), REPOSITORY, pauses::add).copy(BLOB, to, Progress.Item.SILENT);
    }

    @Test
    void aConnectionThatBreaksAgainAndAgainIsTakenUpAtItsByte() throws IOException {
        upstream.fault((exchange, registry) -> {
            if (!FakeUpstream.isBlobGet(exchange, LAYER.digest())) {
                return false;
            }
            byte[] asked = FakeUpstream.asked(exchange, LAYER.bytes());
            exchange.respond(FakeUpstream.cutAfter(FakeUpstream.part(exchange, LAYER.bytes()), asked, 90_000));
            return true;
        });
        copy(out);
        assertArrayEquals(LAYER.bytes(), out.toByteArray());
    }

    @Test
    void anAnswerOfNoToldLengthThatEndsEarlyIsNotTakenForTheWhole() {
        upstream.fault((exchange, registry) -> {
            if (!FakeUpstream.isBlobGet(exchange, LAYER.digest())) {
                return false;
            }
            Body cut = new Body.Chunked(body -> body.write(LAYER.bytes(), 0, 1_000));
            exchange.respond(new Response(200, Headers.none(), cut));
            return true;
        });
        assertThrows(IOException.class, () -> copy(out));
        assertEquals(6, pauses.size(), "one after the first bytes, and five of the six tries that brought none");
    }

    @Test
    void otherBytesThanTheDigestSaysAreRefused() {
        byte[] wrong = LAYER.bytes().clone();
        wrong[5] ^= 1;
        upstream.fault((exchange, registry) -> {
            if (!FakeUpstream.isBlobGet(exchange, LAYER.digest())) {
                return false;
            }
            exchange.respond(FakeUpstream.cutAfter(FakeUpstream.part(exchange, wrong), wrong, wrong.length));
            return true;
        });
        assertThrows(ContentException.Corrupt.class, () -> copy(out));
    }

    @Test
    void aFullDiskIsNoReasonToAskTheRegistryAgain() {
        IOException full = new IOException("no space left");
        IOException told = assertThrows(
                IOException.class,
                () -> copy(new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw full;
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        throw full;
                    }
                }));
        assertEquals(full, told);
        assertEquals(List.of(), pauses);
    }
}
