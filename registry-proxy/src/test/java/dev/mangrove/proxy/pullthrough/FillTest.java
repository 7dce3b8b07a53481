package dev.mangrove.proxy.pullthrough;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.ContentException;
import dev.mangrove.content.TestContent;
import dev.mangrove.content.files.PartialBlob;
import dev.mangrove.distribution.client.ClientFixture;
import dev.mangrove.distribution.client.FakeUpstream;
import dev.mangrove.http.Body;
import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpExchange;
import dev.mangrove.http.HttpHandler;
import dev.mangrove.http.RequestHead;
import dev.mangrove.http.Response;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Location;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One fill for all readers, and what it does when the upstream breaks, hangs or lies. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FillTest {
    private static final Location REPOSITORY = Location.parse("acme/detector");
    private static final TestContent LAYER = TestContent.random(1, 3_000_000);
    private static final TestContent SMALL = TestContent.random(2, 40_000);

    @TempDir
    private Path folder;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private PullThroughFixture fixture;
    private FakeUpstream upstream;

    @BeforeEach
    void begin() throws IOException {
        fixture = new PullThroughFixture(folder);
        upstream = fixture.parent();
        upstream.registry().put(REPOSITORY, LAYER.bytes());
        upstream.registry().put(REPOSITORY, SMALL.bytes());
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
        threads.shutdown();
    }

    private byte[] layer() throws IOException {
        return fixture.read(REPOSITORY, LAYER.digest()).orElseThrow().bytes();
    }

    private byte[] part(long offset, long length) throws IOException {
        return fixture.read(REPOSITORY, LAYER.digest(), Optional.of(new ByteRange(offset, length)))
                .orElseThrow()
                .bytes();
    }

    private static byte[] slice(int offset, int length) {
        return Arrays.copyOfRange(LAYER.bytes(), offset, offset + length);
    }

    private List<String> ranges(FakeUpstream of) {
        return of.requests().stream()
                .filter(r -> r.method().equals("GET"))
                .map(FillTest::range)
                .toList();
    }

    private static String range(RequestHead request) {
        return request.headers().first("Range").orElse("all");
    }

    /** Answers the first so many GETs of the layer with another body, of which so much arrives before the cut. */
    private static FakeUpstream.Fault cut(int times, int bytes) {
        AtomicInteger left = new AtomicInteger(times);
        return (exchange, registry) -> {
            if (!FakeUpstream.isBlobGet(exchange, LAYER.digest()) || left.getAndDecrement() <= 0) {
                return false;
            }
            byte[] body = FakeUpstream.asked(exchange, LAYER.bytes());
            exchange.respond(FakeUpstream.cutAfter(FakeUpstream.part(exchange, LAYER.bytes()), body, bytes));
            return true;
        };
    }

    /** Sends the first bytes of the layer, then nothing, until the gate opens. */
    private FakeUpstream.Fault stallAfter(int bytes, CountDownLatch gate) {
        return (exchange, registry) -> {
            boolean whole = FakeUpstream.isBlobGet(exchange, LAYER.digest())
                    && exchange.request().headers().first("Range").isEmpty();
            if (whole) {
                InputStream slow = new SequenceInputStream(
                        new ByteArrayInputStream(LAYER.bytes(), 0, bytes),
                        new GatedStream(
                                gate, new ByteArrayInputStream(LAYER.bytes(), bytes, LAYER.bytes().length - bytes)));
                exchange.respond(new Response(200, Headers.none(), new Body.Stream(slow, LAYER.bytes().length)));
            }
            return whole;
        };
    }

    @Test
    void aHundredReadersCauseOneRequestUpstream() throws Exception {
        fixture.start();
        List<Future<byte[]>> readers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            readers.add(threads.submit(this::layer));
        }
        for (Future<byte[]> reader : readers) {
            assertArrayEquals(LAYER.bytes(), reader.get());
        }
        assertEquals(List.of("all"), ranges(upstream));
        assertEquals(LAYER.bytes().length, fixture.wanBytes.get());
    }

    @Test
    void slowAndFastReadersAndOneThatLeavesShareAColdBlob() throws Exception {
        fixture.start();
        CountDownLatch fastIsDone = new CountDownLatch(1);
        List<Future<byte[]>> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            readers.add(threads.submit(() -> readSlowly(fastIsDone)));
        }
        Future<Boolean> cancelled = threads.submit(() -> {
            PullThroughFixture leaving = fixture;
            return assertThrows(
                            IOException.class,
                            () -> leaving.readWith(REPOSITORY, LAYER.digest(), in -> {
                                in.readNBytes(10);
                                throw new IOException("the client went away");
                            }))
                    .getMessage()
                    .contains("went away");
        });
        assertTrue(cancelled.get());
        assertArrayEquals(LAYER.bytes(), layer());
        fastIsDone.countDown();
        for (Future<byte[]> reader : readers) {
            assertArrayEquals(LAYER.bytes(), reader.get());
        }
        assertEquals(List.of("all"), ranges(upstream));
    }

    private byte[] readSlowly(CountDownLatch goOn) throws IOException {
        return fixture.readWith(REPOSITORY, LAYER.digest(), in -> {
            byte[] first = in.readNBytes(1000);
            await(goOn);
            byte[] rest = in.readAllBytes();
            byte[] all = Arrays.copyOf(first, first.length + rest.length);
            System.arraycopy(rest, 0, all, first.length, rest.length);
            return all;
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theFillGoesOnWhenItsOnlyReaderLeaves() throws Exception {
        fixture.start();
        CountDownLatch gate = new CountDownLatch(1);
        upstream.fault(stallAfter(200_000, gate));
        assertThrows(
                IOException.class,
                () -> fixture.readWith(REPOSITORY, LAYER.digest(), in -> {
                    in.readNBytes(10);
                    throw new IOException("the client went away");
                }));
        gate.countDown();
        assertArrayEquals(LAYER.bytes(), layer());
        assertEquals(List.of("all"), ranges(upstream));
    }

    @Test
    void aCutAnswerIsContinuedAtTheByteWhereItBroke() throws Exception {
        fixture.start();
        upstream.fault(cut(3, 100_000));
        assertArrayEquals(LAYER.bytes(), layer());
        List<String> ranges = ranges(upstream);
        assertEquals(4, ranges.size(), ranges::toString);
        assertEquals(LAYER.bytes().length, fixture.wanBytes.get(), "no byte comes twice");
    }

    @Test
    void anAnswerThatStallsIsCutAndContinued() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        ClientFixture impatient = new ClientFixture(Duration.ofSeconds(2));
        try (PullThroughFixture other = new PullThroughFixture(folder.resolve("impatient"), impatient)) {
            FakeUpstream stalling = other.parent();
            stalling.registry().put(REPOSITORY, LAYER.bytes());
            stalling.fault(stallAfter(100_000, never));
            other.start();
            byte[] got = other.read(REPOSITORY, LAYER.digest()).orElseThrow().bytes();
            assertArrayEquals(LAYER.bytes(), got);
            assertTrue(ranges(stalling).size() >= 2, () -> "the stall was waited for: " + ranges(stalling));
        } finally {
            never.countDown();
        }
    }

    @Test
    void aRestartInTheMiddleGoesOnWhereTheOldProcessStopped() throws Exception {
        fixture.start();
        CountDownLatch never = new CountDownLatch(1);
        upstream.fault(stallAfter(1_000_000, never));
        fixture.readWith(REPOSITORY, LAYER.digest(), in -> in.readNBytes(900_000));
        fixture.stop();
        never.countDown();
        upstream.behave();
        int before = upstream.requests().size();
        fixture.start();
        assertArrayEquals(LAYER.bytes(), layer());
        String resumed = range(upstream.requests().getLast());
        long from = Long.parseLong(resumed.replaceAll("bytes=([0-9]+)-.*", "$1"));
        assertTrue(from >= 900_000 - 65_536 && from <= 1_000_000, resumed);
        assertEquals(0, from % 65_536, "whole leaves survive a restart");
        assertTrue(upstream.requests().size() > before);
    }

    @Test
    void aProcessThatDiedBeforeTheStoreHadTheBlobNeedsNoUpstreamForIt() throws Exception {
        fixture.start();
        layer();
        fixture.awaitStored(LAYER.digest());
        fixture.store().discard(LAYER.digest());
        fixture.store().emptyTrash(Duration.ofSeconds(-1));
        try (PartialBlob complete = fixture.store().partials().join(LAYER.digest(), LAYER.bytes().length)) {
            complete.write(0, ByteBuffer.wrap(LAYER.bytes()));
        }
        fixture.stop();
        upstream.close();
        fixture.start();
        assertArrayEquals(LAYER.bytes(), layer());
        fixture.awaitStored(LAYER.digest());
        assertTrue(fixture.store().stat(LAYER.digest()).isPresent());
    }

    @Test
    void aParentWhoseOwnSourceLiesIsNotMadeToFetchFromItForMinutes() throws Exception {
        fixture.start();
        upstream.fault((exchange, registry) -> {
            boolean asked = FakeUpstream.isBlobGet(exchange, LAYER.digest());
            if (asked) {
                exchange.respond(new Response(502, Headers.none(), new Body.Empty()));
            }
            return asked;
        });
        assertThrows(ContentException.Unavailable.class, this::layer);
        assertEquals(4, upstream.count("GET", "/blobs/" + LAYER.digest()));
    }

    @Test
    void aColdRangeIsServedWhileTheBeginningHangs() throws Exception {
        fixture.start();
        CountDownLatch gate = new CountDownLatch(1);
        upstream.fault(stallAfter(100_000, gate));
        Future<byte[]> whole = threads.submit(this::layer);
        fixture.readWith(REPOSITORY, LAYER.digest(), in -> in.readNBytes(1000)); // the fill has begun
        assertArrayEquals(slice(2_900_000, 10_000), part(2_900_000, 10_000));
        gate.countDown();
        assertArrayEquals(LAYER.bytes(), whole.get());
    }

    @Test
    void whoeverReadsFromTheBeginningDoesNotWaitForARangeFarAway() throws Exception {
        fixture.start();
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        upstream.fault((exchange, registry) -> {
            boolean get = FakeUpstream.isBlobGet(exchange, LAYER.digest());
            boolean far = get && range(exchange.request()).startsWith("bytes=28");
            if (get && !far) {
                await(asked); // else the beginning is soon so far that no lane is opened
            }
            if (far) {
                asked.countDown();
                exchange.respond(new Response(
                        206,
                        FakeUpstream.part(exchange, LAYER.bytes()).headers(),
                        new Body.Stream(
                                new GatedStream(
                                        gate, new ByteArrayInputStream(FakeUpstream.asked(exchange, LAYER.bytes()))),
                                FakeUpstream.asked(exchange, LAYER.bytes()).length)));
            }
            return far;
        });
        Future<byte[]> far = threads.submit(() -> part(2_900_000, 10_000));
        asked.await();
        assertArrayEquals(LAYER.bytes(), layer());
        gate.countDown();
        assertArrayEquals(slice(2_900_000, 10_000), far.get());
    }

    @Test
    void aRangeThatTheFillIsAboutToReachIsFetchedOnce() throws Exception {
        fixture.start();
        int begun = 35 * 65_536;
        try (PartialBlob left = fixture.store().partials().join(LAYER.digest(), LAYER.bytes().length)) {
            left.write(0, ByteBuffer.wrap(LAYER.bytes(), 0, begun));
        }
        assertArrayEquals(slice(begun + 10, 700_000), part(begun + 10, 700_000));
        layer();
        fixture.awaitStored(LAYER.digest());
        assertEquals(List.of("bytes=" + begun + "-" + (LAYER.bytes().length - 1)), ranges(upstream));
    }

    @Test
    void anUpstreamThatAsksForAPauseGetsIt() throws Exception {
        fixture.start();
        upstream.fault((exchange, registry) -> {
            boolean asked = FakeUpstream.isBlobGet(exchange, LAYER.digest());
            if (asked) {
                exchange.respond(Response.empty(429, Headers.of("Retry-After", "50")));
            }
            return asked;
        });
        assertThrows(ContentException.Unavailable.class, this::layer);
        assertEquals(3, ranges(upstream).size(), "at once, after 50 s and after 100 s, within two minutes");
    }

    @Test
    void aRangeThatReachesTheEndIsServedOnlyOfTheRightBlob() throws Exception {
        fixture.start();
        assertArrayEquals(slice(2_999_000, 1_000), part(2_999_000, 1_000));
        assertArrayEquals(slice(0, 10), part(0, 10));
    }

    @Test
    void manyColdRangesAtOnceAreAllRight() throws Exception {
        fixture.start();
        List<Callable<Boolean>> parts = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            int offset = i * 100_000;
            parts.add(() -> Arrays.equals(slice(offset, 100_000), part(offset, 100_000)));
        }
        for (Future<Boolean> part : threads.invokeAll(parts)) {
            assertTrue(part.get());
        }
        assertTrue(fixture.wanBytes.get() < 2L * LAYER.bytes().length, "fetched " + fixture.wanBytes.get());
    }

    @Test
    void wrongBytesNeverMakeACompleteBlob() throws Exception {
        fixture.start();
        byte[] wrong = LAYER.bytes().clone();
        wrong[1_500_000] ^= 1;
        upstream.fault(instead(LAYER, wrong));
        assertThrows(IOException.class, this::layer);
        assertTrue(fixture.store().stat(LAYER.digest()).isEmpty());
        upstream.behave();
        assertArrayEquals(LAYER.bytes(), layer());
    }

    @Test
    void ofAWrongSmallBlobNoByteIsServed() throws Exception {
        fixture.start();
        byte[] wrong = SMALL.bytes().clone();
        wrong[7] ^= 1;
        upstream.fault(instead(SMALL, wrong));
        CountDownLatch lent = new CountDownLatch(1);
        assertThrows(
                ContentException.Corrupt.class,
                () -> fixture.readWith(REPOSITORY, SMALL.digest(), in -> {
                    lent.countDown();
                    return in.readAllBytes();
                }));
        assertEquals(1, lent.getCount(), "nothing was lent");
    }

    @Test
    void wrongBytesOfOneUpstreamAreRightAtTheNext() throws Exception {
        FakeUpstream second = fixture.parent();
        second.registry().put(REPOSITORY, SMALL.bytes());
        fixture.start();
        byte[] wrong = SMALL.bytes().clone();
        wrong[7] ^= 1;
        upstream.fault(instead(SMALL, wrong));
        assertArrayEquals(
                SMALL.bytes(),
                fixture.read(REPOSITORY, SMALL.digest()).orElseThrow().bytes());
        assertEquals(1, second.count("GET", "/blobs/"));
    }

    @Test
    void anUpstreamThatLiesAboutTheLengthIsNotBelieved() throws Exception {
        fixture.start();
        upstream.fault(instead(LAYER, Arrays.copyOf(LAYER.bytes(), 2_000_000)));
        assertThrows(ContentException.Corrupt.class, this::layer);
        assertTrue(fixture.store().stat(LAYER.digest()).isEmpty());
    }

    @Test
    void anUpstreamWithoutRangesCanStillBeContinued() throws Exception {
        fixture.start();
        upstream.fault(cut(1, 1_000_000));
        upstream.fault(instead(LAYER, LAYER.bytes()));
        assertArrayEquals(LAYER.bytes(), layer());
    }

    @Test
    void aDeadFirstParentCostsLittle() throws Exception {
        FakeUpstream second = fixture.parent();
        second.registry().put(REPOSITORY, LAYER.bytes());
        fixture.start();
        upstream.close();
        assertArrayEquals(LAYER.bytes(), layer());
        assertEquals(List.of("all"), ranges(second));
    }

    @Test
    void aFirstParentThatDiesInTheMiddleIsReplaced() throws Exception {
        FakeUpstream second = fixture.parent();
        second.registry().put(REPOSITORY, LAYER.bytes());
        fixture.start();
        upstream.fault(cut(1, 1_000_000));
        assertArrayEquals(LAYER.bytes(), layer());
        assertEquals(1, ranges(second).size());
        assertEquals(LAYER.bytes().length, fixture.wanBytes.get());
    }

    @Test
    void anUpstreamThatKeepsBreakingBeforeTheFirstByteIsGivenUp() throws Exception {
        fixture.start();
        upstream.fault((exchange, registry) -> {
            boolean get = FakeUpstream.isBlobGet(exchange, LAYER.digest());
            if (get) {
                exchange.respond(Response.empty(500, Headers.none()));
            }
            return get;
        });
        assertThrows(ContentException.Unavailable.class, this::layer);
        upstream.behave();
        assertArrayEquals(LAYER.bytes(), layer());
    }

    @Test
    void anUpstreamThatSendsOnlyWhatIsHereAgainIsGivenUp() throws Exception {
        fixture.start();
        upstream.fault(cut(1, 1_000_000));
        upstream.fault((exchange, registry) -> {
            boolean get = FakeUpstream.isBlobGet(exchange, LAYER.digest());
            if (get) { // whatever range was asked for
                exchange.respond(FakeUpstream.cutAfter(Response.empty(200, Headers.none()), LAYER.bytes(), 500_000));
            }
            return get;
        });
        assertThrows(IOException.class, this::layer);
    }

    @Test
    void aBlobThatNobodyCanBeAskedForLeavesNothingOpen() throws Exception {
        fixture.start();
        fixture.read(REPOSITORY, SMALL.digest());
        fixture.awaitStored(SMALL.digest());
        fixture.store().discard(SMALL.digest());
        fixture.store().emptyTrash(Duration.ofSeconds(-1));
        fixture.stop();
        try (PullThroughFixture lonely = new PullThroughFixture(folder)) {
            lonely.start();
            assertThrows(ContentException.Unavailable.class, () -> lonely.read(REPOSITORY, SMALL.digest()));
            assertTrue(lonely.store().partials().find(SMALL.digest()).isEmpty());
        }
    }

    @Test
    void moreFillsThanMayWaitAreRefused() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        fixture.with(new FillLimits(1, 0)).start();
        upstream.fault(stallAfter(100_000, gate));
        fixture.readWith(REPOSITORY, LAYER.digest(), in -> in.readNBytes(10));
        ContentException.Unavailable refused =
                assertThrows(ContentException.Unavailable.class, () -> fixture.read(REPOSITORY, SMALL.digest()));
        assertTrue(refused.retryAfter().isPresent());
        gate.countDown();
        layer();
    }

    private static FakeUpstream.Fault instead(TestContent content, byte[] body) {
        return (HttpExchange exchange, HttpHandler registry) -> {
            boolean get = FakeUpstream.isBlobGet(exchange, content.digest());
            if (get) {
                exchange.respond(new Response(200, Headers.none(), new Body.Bytes(body)));
            }
            return get;
        };
    }

    /** Bytes that come when the gate opens. */
    private static final class GatedStream extends InputStream {
        private final CountDownLatch gate;
        private final InputStream behind;

        GatedStream(CountDownLatch gate, InputStream behind) {
            this.gate = gate;
            this.behind = behind;
        }

        @Override
        public int read() throws IOException {
            await(gate);
            return behind.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            await(gate);
            return behind.read(into, offset, length);
        }

        private static void await(CountDownLatch gate) {
            FillTest.await(gate);
        }
    }
}
