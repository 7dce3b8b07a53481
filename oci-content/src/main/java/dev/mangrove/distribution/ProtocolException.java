package dev.mangrove.distribution;

import dev.mangrove.http.Headers;
import dev.mangrove.oci.OciErrorCode;
import java.io.IOException;

/** A request that the protocol answers with an error; the message reaches the client. */
final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1;
    private final OciErrorCode code;
    private final int status;
    private final transient Headers headers;

    private ProtocolException(OciErrorCode code, int status, String message, Headers headers) {
        super(message);
        this.code = code;
        this.status = status;
        this.headers = headers;
    }

    /** An error with the usual status of its code. */
    static ProtocolException of(OciErrorCode code, String message) {
        return new ProtocolException(code, code.status(), message, Headers.none());
    }

    /** The same error with another status. */
    ProtocolException withStatus(int other) {
        return new ProtocolException(code, other, reason(), headers);
    }

    /** The same error with headers for the answer. */
    ProtocolException with(Headers more) {
        return new ProtocolException(code, status, reason(), headers.and(more));
    }

    OciErrorCode code() {
        return code;
    }

    int status() {
        return status;
    }

    Headers headers() {
        return headers;
    }

    String reason() {
        String message = getMessage();
        return message == null ? code.name() : message;
    }
}
