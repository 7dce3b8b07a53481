package dev.mangrove.distribution.client;

import dev.mangrove.content.ContentException;
import dev.mangrove.http.CallResponse;
import java.io.IOException;
import java.io.InputStream;

/** Reads a short answer into memory, up to a limit. */
final class CappedBody {
    private CappedBody() {}

    /**
     * The whole body.
     *
     * @throws ContentException.Unavailable if it is longer than {@code maxBytes}: the other side is not what it should be
     */
    static byte[] read(CallResponse answer, int maxBytes, String what) throws IOException {
        InputStream body = answer.body();
        byte[] bytes = body.readNBytes(maxBytes);
        if (bytes.length == maxBytes && body.read() >= 0) {
            throw new ContentException.Unavailable(
                    what + ": the answer is longer than the " + maxBytes + " bytes allowed here", null);
        }
        return bytes;
    }

    /** As much of the body as fits: for error messages, which may be cut. */
    static byte[] beginning(CallResponse answer, int maxBytes) {
        try {
            return answer.body().readNBytes(maxBytes);
        } catch (IOException e) {
            return new byte[0];
        }
    }
}
