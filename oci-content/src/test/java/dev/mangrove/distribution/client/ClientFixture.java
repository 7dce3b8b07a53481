package dev.mangrove.distribution.client;

import dev.mangrove.content.MovableClock;
import dev.mangrove.http.CallerOptions;
import dev.mangrove.http.NettyHttpCaller;
import dev.mangrove.http.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Event loops, a caller, a clock that stands and pauses that only count: what client tests are made of. */
public final class ClientFixture implements AutoCloseable {
    /** Longer than a busy machine may stop a thread: only a test of silence itself wants to see it end. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final Transport transport = Transport.open(1);
    private final NettyHttpCaller http;
    private final MovableClock clock = new MovableClock();
    private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
    private final List<FakeUpstream> upstreams = new ArrayList<>();

    public ClientFixture() {
        this(SILENCE);
    }

    /**
     * @param silence after which the caller gives up an answer
     */
    public ClientFixture(Duration silence) {
        http = new NettyHttpCaller(transport, CallerOptions.usual().stallingAfter(silence));
    }

    /** Starts an upstream that is closed with this. */
    public FakeUpstream upstream() throws IOException {
        FakeUpstream upstream = new FakeUpstream(transport);
        upstreams.add(upstream);
        return upstream;
    }

    public ClientSettings settings() {
        return new ClientSettings("test-node", clock, new Random(7), pauses::add, Set.of());
    }

    public RegistryConnection connection(FakeUpstream upstream, Credentials credentials) {
        return RegistryConnection.open(http, upstream.url(), credentials, settings());
    }

    public DistributionClient client(FakeUpstream upstream) {
        return new DistributionClient(connection(upstream, Credentials.NONE));
    }

    public Transport transport() {
        return transport;
    }

    public NettyHttpCaller http() {
        return http;
    }

    public MovableClock clock() {
        return clock;
    }

    /** The pauses made so far; none really passed. */
    public List<Duration> pauses() {
        return List.copyOf(pauses);
    }

    @Override
    public void close() {
        upstreams.forEach(FakeUpstream::close);
        http.close();
        transport.close();
    }
}
