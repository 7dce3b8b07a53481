package dev.mangrove.http;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Calls servers over kept connections. A call on a connection that turns out to be stale before a byte came back is made
 * once more on a new one, if the method is idempotent and the body can be sent again.
 */
public final class NettyHttpCaller implements HttpCaller, AutoCloseable {
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS");
    private static final long SWEEP_SECONDS = 5;

    private final CallerOptions options;
    private final ClientConnector connector;
    private final ConnectionPool pool;
    private final ScheduledFuture<?> sweep;

    /**
     * @param transport event loops, borrowed; close the caller first
     */
    public NettyHttpCaller(Transport transport, CallerOptions options) {
        this.options = options;
        this.connector = new ClientConnector(transport, options);
        this.pool = new ConnectionPool(options);
        this.sweep = transport
                .loops()
                .next()
                .scheduleWithFixedDelay(pool::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    /** Connections open to the server that has most of them. */
    public int connectionsOfBusiestOrigin() {
        return pool.openAtMost();
    }

    @Override
    public CallResponse call(CallRequest request) throws IOException {
        Origin origin = Origin.of(request.uri());
        Optional<ClientConnection> kept = pool.take(origin);
        if (kept.isEmpty()) {
            return exchange(connect(origin), request);
        }
        ClientConnection connection = kept.get();
        ClientExchange exchange = connection.begin(request.method());
        try {
            return exchange(connection, exchange, request);
        } catch (IOException e) {
            if (exchange.bytesSeen() || !repeatable(request)) {
                throw e;
            }
            return exchange(reconnect(origin), request);
        }
    }

    private CallResponse exchange(ClientConnection connection, CallRequest request) throws IOException {
        return exchange(connection, connection.begin(request.method()), request);
    }

    private ClientConnection reconnect(Origin origin) throws IOException {
        Optional<ClientConnection> kept = pool.take(origin);
        while (kept.isPresent()) {
            kept.get().channel().close().awaitUninterruptibly();
            kept = pool.take(origin);
        }
        return connect(origin);
    }

    private ClientConnection connect(Origin origin) throws IOException {
        boolean connected = false;
        try {
            ClientConnection connection = connector.open(origin, () -> pool.closed(origin));
            connected = true;
            return connection;
        } finally {
            if (!connected) {
                pool.closed(origin);
            }
        }
    }

    private CallResponse exchange(ClientConnection connection, ClientExchange exchange, CallRequest request)
            throws IOException {
        boolean answered = false;
        try {
            boolean sentWhole = new RequestSender(connection, exchange).send(head(request), request);
            Answer answer = new Answer(connection, exchange, awaitHead(connection, exchange), sentWhole);
            answered = true;
            return answer;
        } finally {
            if (!answered) {
                connection.channel().close();
                exchange.body().close();
            }
        }
    }

    private static HttpResponse awaitHead(ClientConnection connection, ClientExchange exchange) throws IOException {
        connection.out().await(exchange::decided, connection.channel()::bytesBeforeWritable);
        HttpResponse head = exchange.head();
        if (head == null) {
            IOException failure = exchange.failure();
            throw failure == null ? new IOException("no answer") : new IOException(failure.getMessage(), failure);
        }
        return head;
    }

    private byte[] head(CallRequest request) {
        URI uri = request.uri();
        Origin origin = Origin.of(uri);
        Optional<URI> proxy = connector.plainProxy(origin);
        String target = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        target += uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        WireHead head = WireHead.request(request.method(), proxy.isPresent() ? origin + target : target);
        if (request.headers().first("Host").isEmpty()) {
            head.field("Host", origin.hostField());
        }
        if (request.headers().first("User-Agent").isEmpty()) {
            head.field("User-Agent", options.userAgent());
        }
        proxy.flatMap(BasicCredentials::in).ifPresent(c -> head.field("Proxy-Authorization", c.field()));
        head.fields(request.headers());
        frame(head, request);
        return head.end();
    }

    private static void frame(WireHead head, CallRequest request) {
        switch (request.body()) {
            case Body.Empty e -> {
                if (Set.of("POST", "PUT", "PATCH").contains(request.method())) {
                    head.contentLength(0);
                }
            }
            case Body.Bytes bytes -> head.contentLength(bytes.bytes().length);
            case Body.FileSlice slice -> head.contentLength(slice.range().length());
            case Body.ArrivingSlice slice -> head.contentLength(slice.range().length());
            case Body.Stream stream -> head.contentLength(stream.lengthBytes());
            case Body.Chunked chunked -> head.field("Transfer-Encoding", "chunked");
            case Body.LengthOnly l -> throw new IllegalArgumentException("a request has a body or none");
        }
    }

    private static boolean repeatable(CallRequest request) {
        return IDEMPOTENT.contains(request.method())
                && switch (request.body()) {
                    case Body.Empty e -> true;
                    case Body.Bytes b -> true;
                    case Body.FileSlice f -> true;
                    case Body.ArrivingSlice a -> true;
                    case Body.LengthOnly l -> false;
                    case Body.Stream s -> false;
                    case Body.Chunked c -> false;
                };
    }

    /** Connections open to the origin of a URI. */
    int open(URI uri) {
        return pool.open(Origin.of(uri));
    }

    /** Closes the kept connections; those in use are closed when their answers are. */
    @Override
    public void close() {
        sweep.cancel(false);
        pool.close();
    }

    /** An answer on a connection that goes back to the pool if nothing more will come over it. */
    private final class Answer implements CallResponse {
        private final ClientConnection connection;
        private final ClientExchange exchange;
        private final HttpResponse head;
        private final Headers headers;
        private final boolean sentWhole;
        private boolean closed;

        Answer(ClientConnection connection, ClientExchange exchange, HttpResponse head, boolean sentWhole) {
            this.connection = connection;
            this.exchange = exchange;
            this.head = head;
            this.headers = NettyHeaders.read(head.headers());
            this.sentWhole = sentWhole;
        }

        @Override
        public int status() {
            return head.status().code();
        }

        @Override
        public Headers headers() {
            return headers;
        }

        @Override
        public InputStream body() {
            return exchange.body();
        }

        @Override
        public void cut() {
            connection.channel().close();
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            boolean reusable =
                    sentWhole && exchange.keepAlive() && exchange.body().arrived();
            exchange.body().close();
            if (reusable) {
                pool.keep(connection);
            } else {
                connection.channel().close();
            }
        }
    }
}
