package dev.mangrove.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** A request on its virtual thread: runs the handler, frames its answer, and gives the connection back to the loop. */
final class ServerExchange implements HttpExchange, Runnable {
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerConnection connection;
    private final ServerContext server;
    private final Outbound out;
    private final HttpRequest wire;
    private final @Nullable InboundBody body;
    private final boolean expectsContinue;
    private @Nullable RequestHead request;
    private boolean continued;
    private boolean responded;
    private boolean released;

    ServerExchange(
            ServerConnection connection,
            ServerContext server,
            Outbound out,
            HttpRequest wire,
            @Nullable InboundBody body) {
        this.connection = connection;
        this.server = server;
        this.out = out;
        this.wire = wire;
        this.body = body;
        this.expectsContinue = body != null && HttpUtil.is100ContinueExpected(wire);
        if (body != null && expectsContinue) {
            body.beforeFirstRead(this::sayContinue);
        }
    }

    /** Whether bytes follow the head. */
    static boolean hasBody(HttpRequest request) {
        return HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) > 0;
    }

    @Override
    public void run() {
        try {
            server.handler().handle(this);
            if (!responded) {
                throw new IllegalStateException("the handler sent no answer");
            }
        } catch (IOException | RuntimeException | Error e) {
            afterFailure(e);
        } finally {
            if (!released) {
                out.channel().close();
                dropBody();
            }
        }
    }

    @Override
    public RequestHead request() {
        RequestHead known = request;
        if (known == null) {
            String target = originForm(wire.uri());
            int query = target.indexOf('?');
            known = new RequestHead(
                    wire.method().name(),
                    query < 0 ? target : target.substring(0, query),
                    query < 0 ? "" : target.substring(query + 1),
                    NettyHeaders.read(wire.headers()),
                    server.secure(),
                    (InetSocketAddress) out.channel().remoteAddress());
            request = known;
        }
        return known;
    }

    /** Path and query of a request target; one addressed to a proxy has scheme and host before them. */
    private static String originForm(String target) {
        int scheme = target.indexOf("://");
        if (target.startsWith("/") || scheme < 0) {
            return target;
        }
        int path = target.indexOf('/', scheme + "://".length());
        return path < 0 ? "/" : target.substring(path);
    }

    @Override
    public InputStream body() {
        return body == null ? InputStream.nullInputStream() : body;
    }

    @Override
    public boolean responded() {
        return responded;
    }

    @Override
    public void respond(Response response) throws IOException {
        if (responded) {
            throw new IllegalStateException("an exchange has one answer");
        }
        responded = true;
        Body toSend = wire.method().equals(HttpMethod.HEAD) ? lengthOnly(response.body()) : response.body();
        boolean keepAlive = keepsAlive(response);
        byte[] head = head(response, keepAlive);
        BodySender sender = new BodySender(out, !server.secure(), !oldVersion(), () -> false);
        if (BodySender.fitsInline(toSend)) {
            release(keepAlive, sender.inline(head, toSend));
        } else {
            sender.send(head, toSend);
            release(keepAlive, Unpooled.EMPTY_BUFFER);
        }
    }

    private void release(boolean keepAlive, ByteBuf last) {
        released = true;
        dropBody();
        try {
            out.channel().eventLoop().execute(() -> {
                out.give(last);
                connection.answered(keepAlive);
            });
        } catch (RejectedExecutionException _) {
            // the loop has ended, and all its connections with it: nobody else can free the buffer
            last.release();
        }
    }

    private void dropBody() {
        if (body != null) {
            body.close();
        }
    }

    private byte[] head(Response response, boolean keepAlive) {
        WireHead head = WireHead.response(response.status());
        head.fields(response.headers());
        head.field("Date", server.date());
        switch (response.body()) {
            case Body.Empty e -> {
                if (response.status() >= 200 && response.status() != 204 && response.status() != 304) {
                    head.contentLength(0);
                }
            }
            case Body.LengthOnly length -> head.contentLength(length.lengthBytes());
            case Body.Bytes bytes -> head.contentLength(bytes.bytes().length);
            case Body.FileSlice slice -> head.contentLength(slice.range().length());
            case Body.ArrivingSlice slice -> head.contentLength(slice.range().length());
            case Body.Stream stream -> head.contentLength(stream.lengthBytes());
            case Body.Chunked chunked -> {
                if (!oldVersion()) {
                    head.field("Transfer-Encoding", "chunked");
                }
            }
        }
        if (!keepAlive) {
            head.field("Connection", "close");
        } else if (oldVersion()) {
            head.field("Connection", "keep-alive");
        }
        return head.end();
    }

    private static Body lengthOnly(Body body) {
        return body instanceof Body.LengthOnly ? body : new Body.Empty();
    }

    /** HTTP/1.0 knows no chunks: a body of unknown length ends with the connection. */
    private boolean oldVersion() {
        return wire.protocolVersion().equals(HttpVersion.HTTP_1_0);
    }

    private boolean keepsAlive(Response response) {
        return HttpUtil.isKeepAlive(wire)
                && !(oldVersion() && response.body() instanceof Body.Chunked)
                && !server.draining()
                && !response.headers().first("Connection").orElse("").equalsIgnoreCase("close")
                && bodyIsGoneSoon();
    }

    /** Whether little enough of the request's body is still to come that taking it is better than a new connection. */
    private boolean bodyIsGoneSoon() {
        if (body == null || body.arrived()) {
            return true;
        }
        boolean withheld = expectsContinue && !continued;
        return !withheld && HttpUtil.getContentLength(wire, Long.MAX_VALUE) <= ServerConnection.MAX_DRAIN_BYTES;
    }

    private void sayContinue() {
        if (!responded) {
            continued = true;
            out.give(Unpooled.wrappedBuffer(CONTINUE));
        }
    }

    private void afterFailure(Throwable failure) {
        if (responded || !out.channel().isActive()) {
            server.log().log(System.Logger.Level.DEBUG, () -> describe() + " was cut short", failure);
            return;
        }
        boolean clientStoodStill = failure instanceof SocketLostException;
        System.Logger.Level level = clientStoodStill ? System.Logger.Level.DEBUG : System.Logger.Level.ERROR;
        server.log().log(level, () -> describe() + " failed", failure);
        try {
            respond(
                    clientStoodStill
                            ? Response.text(408, "text/plain", "the body of the request did not arrive\n")
                            : Response.text(500, "text/plain", "internal error\n"));
        } catch (IOException e) {
            server.log().log(System.Logger.Level.DEBUG, () -> describe() + " could not be told of a failure", e);
        }
    }

    private String describe() {
        return request().method() + " " + request().rawPath();
    }
}
