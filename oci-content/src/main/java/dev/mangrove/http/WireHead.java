package dev.mangrove.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** Heads as they go over the wire. Header values hold no control character: {@link Headers} refuses them. */
final class WireHead {
    private static final int USUAL_HEAD_CHARS = 512;

    /** Fields that follow from the body and the connection, so no handler or caller sets them. */
    private static final Set<String> FRAMING =
            Set.of("content-length", "transfer-encoding", "connection", "keep-alive", "date");

    private final StringBuilder text = new StringBuilder(USUAL_HEAD_CHARS);

    private WireHead() {}

    static WireHead response(int status) {
        WireHead head = new WireHead();
        head.text.append("HTTP/1.1 ").append(status).append(' ');
        head.text.append(HttpResponseStatus.valueOf(status).reasonPhrase()).append("\r\n");
        return head;
    }

    static WireHead request(String method, String target) {
        WireHead head = new WireHead();
        head.text.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        return head;
    }

    WireHead fields(Headers headers) {
        headers.forEach((name, value) -> {
            if (!FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
                field(name, value);
            }
        });
        return this;
    }

    WireHead field(String name, String value) {
        text.append(name).append(": ").append(value).append("\r\n");
        return this;
    }

    WireHead contentLength(long bytes) {
        text.append("Content-Length: ").append(bytes).append("\r\n");
        return this;
    }

    byte[] end() {
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
