package dev.mangrove.http;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One request on a connection: written by the loop, read by the calling thread. */
final class ClientExchange {
    private static final int FIRST_STATUS_OF_NO_SUCCESS = 300;

    private final InboundBody body;
    private volatile @Nullable HttpResponse head;
    private volatile @Nullable IOException failure;
    private volatile boolean goOn;
    private volatile boolean bytesSeen;
    private volatile boolean keepAlive;

    ClientExchange(InboundBody body) {
        this.body = body;
    }

    InboundBody body() {
        return body;
    }

    /** The head of the final answer, once it is there. */
    @Nullable
    HttpResponse head() {
        return head;
    }

    /** Whether there is something to act on: the head of the answer, or that there will be none. */
    boolean decided() {
        return head != null || failure != null;
    }

    /** Whether sending more of the request's body is of no use: the server refused it, or is gone. */
    boolean bodyUnwanted() {
        HttpResponse answer = head;
        return failure != null || (answer != null && answer.status().code() >= FIRST_STATUS_OF_NO_SUCCESS);
    }

    /** Whether the server said 100 Continue. */
    boolean goOn() {
        return goOn;
    }

    /** Whether any byte came back; if not, a stale connection may be the reason. */
    boolean bytesSeen() {
        return bytesSeen;
    }

    boolean keepAlive() {
        return keepAlive;
    }

    @Nullable
    IOException failure() {
        return failure;
    }

    void sawBytes() {
        bytesSeen = true;
    }

    void interim() {
        goOn = true;
    }

    void answer(HttpResponse response) {
        keepAlive = HttpUtil.isKeepAlive(response);
        head = response;
    }

    void fail(IOException why) {
        if (head == null && failure == null) {
            failure = why;
        }
        body.fail(why);
    }
}
