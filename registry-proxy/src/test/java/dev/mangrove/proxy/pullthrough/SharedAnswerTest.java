package dev.mangrove.proxy.pullthrough;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.ContentException;
import dev.mangrove.content.TestContent;
import dev.mangrove.distribution.Resolved;
import dev.mangrove.distribution.Via;
import dev.mangrove.distribution.client.FakeUpstream;
import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpExchange;
import dev.mangrove.http.HttpHandler;
import dev.mangrove.http.Response;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who shares the answer to somebody else's question does not share what is about that somebody only. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SharedAnswerTest {
    private static final Location MINE = Location.parse("acme/mine");
    private static final Location OTHER = Location.parse("acme/other");
    private static final Tag TAG = new Tag("v1");
    private static final TestContent LAYER = TestContent.random(1, 200_000);
    private static final Via LONG_WAY = new Via(List.of("somewhere", "else"));

    @TempDir
    private Path folder;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private PullThroughFixture fixture;
    private PullThrough pullThrough;
    private FakeUpstream upstream;

    @BeforeEach
    void begin() throws IOException {
        fixture = new PullThroughFixture(folder);
        upstream = fixture.parent();
        pullThrough = fixture.start();
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
        threads.shutdown();
    }

    /** Answers the GETs that it is told to, once it may. */
    private static final class Held implements FakeUpstream.Fault {
        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        private final Which which;
        private final int status;

        Held(int status, Which which) {
            this.status = status;
            this.which = which;
        }

        @Override
        public boolean answer(HttpExchange exchange, HttpHandler registry) throws IOException {
            boolean held = which.isHeld(exchange);
            if (held) {
                reached.countDown();
                await(goOn);
                if (status == 200) {
                    return false;
                }
                exchange.respond(Response.empty(status, Headers.none()));
            }
            return held;
        }
    }

    private interface Which {
        boolean isHeld(HttpExchange exchange);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean cameALongWay(HttpExchange exchange) {
        return exchange.request().headers().first("Via").orElse("").contains("somewhere");
    }

    private boolean isRead(Location repository) throws IOException {
        return fixture.read(repository, LAYER.digest()).isPresent();
    }

    private <T> Future<T> fromFarAway(Callable<T> question) {
        return threads.submit(() -> ScopedValue.where(Via.CURRENT, LONG_WAY).call(question::call));
    }

    /** A question of which the answer is waited for. */
    private static <T> Future<T> waiting(Callable<T> question) {
        FutureTask<T> task = new FutureTask<>(question);
        Thread thread = Thread.ofPlatform().start(task);
        while (thread.getState() != Thread.State.WAITING && !task.isDone()) {
            Thread.onSpinWait();
        }
        return task;
    }

    @Test
    void whatAnUpstreamSaysAboutAnotherRepositoryIsNotAboutThis() throws Exception {
        upstream.image(MINE, "v1", LAYER.bytes());
        upstream.image(OTHER, "v1", LAYER.bytes());
        fixture.resolve(OTHER, TAG);
        Held held = new Held(
                404,
                exchange -> FakeUpstream.isBlobGet(exchange, LAYER.digest())
                        && exchange.request().path().contains("/other/"));
        upstream.fault(held);
        Future<Boolean> other = threads.submit(() -> isRead(OTHER));
        held.reached.await();
        Future<Boolean> mine = threads.submit(() -> isRead(MINE));
        while (upstream.count("HEAD", "/mine/blobs/") == 0) {
            Thread.onSpinWait();
        }
        held.goOn.countDown();
        assertFalse(other.get());
        assertTrue(mine.get());
    }

    @Test
    void aFillThatCameInALoopDoesNotFailThoseWhoDidNot() throws Exception {
        upstream.image(MINE, "v1", LAYER.bytes());
        fixture.resolve(MINE, TAG);
        Held held =
                new Held(508, exchange -> FakeUpstream.isBlobGet(exchange, LAYER.digest()) && cameALongWay(exchange));
        upstream.fault(held);
        Future<Boolean> far = fromFarAway(() -> isRead(MINE));
        held.reached.await();
        Future<Boolean> near = waiting(() -> isRead(MINE));
        held.goOn.countDown();
        assertLoop(far);
        assertTrue(near.get());
    }

    @Test
    void aQuestionThatCameInALoopDoesNotFailThoseWhoDidNot() throws Exception {
        ManifestContent image = upstream.image(MINE, "v1", LAYER.bytes());
        Held held = new Held(508, SharedAnswerTest::cameALongWay);
        upstream.fault(held);
        Future<Optional<Resolved>> far = fromFarAway(() -> fixture.resolve(MINE, TAG));
        held.reached.await();
        Future<Optional<Resolved>> near = waiting(() -> fixture.resolve(MINE, TAG));
        held.goOn.countDown();
        assertLoop(far);
        assertEquals(image.digest(), near.get().orElseThrow().manifest().digest());
    }

    private static void assertLoop(Future<?> question) {
        ExecutionException failed = assertThrows(ExecutionException.class, question::get);
        assertTrue(failed.getCause() instanceof ContentException.Loop, () -> String.valueOf(failed.getCause()));
    }

    @Test
    void whatWasAskedBeforeAPushIsNotTheAnswerAfterIt() throws Exception {
        upstream.image(MINE, "v1", LAYER.bytes());
        fixture.resolve(MINE, TAG);
        fixture.client.clock().pass(Duration.ofMinutes(5));
        ManifestContent between =
                upstream.image(MINE, "v1", TestContent.random(2, 100).bytes());
        Held held = new Held(200, exchange -> exchange.request().path().endsWith("/" + between.digest()));
        upstream.fault(held);
        Future<Optional<Resolved>> before = threads.submit(() -> fixture.resolve(MINE, TAG));
        held.reached.await(); // the tag was asked for, its manifest is on the way
        ManifestContent pushed =
                upstream.image(MINE, "v1", TestContent.random(3, 100).bytes());
        pullThrough.pushed(MINE);
        assertEquals(
                pushed.digest(),
                fixture.resolve(MINE, TAG).orElseThrow().manifest().digest());
        held.goOn.countDown();
        before.get();
        assertEquals(
                pushed.digest(),
                fixture.resolve(MINE, TAG).orElseThrow().manifest().digest());
    }
}
