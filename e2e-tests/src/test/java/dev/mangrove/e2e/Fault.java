package dev.mangrove.e2e;

import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** What {@link FaultProxy} does to one request. */
sealed interface Fault {
    /** The request and its answer pass unchanged. */
    record None() implements Fault {}

    /** The answer's body ends after so many bytes, and the connection with it. */
    record CutBody(long afterBytes) implements Fault {}

    /** The connection is closed before anything is answered. */
    record Hangup() implements Fault {}

    /** The request is swallowed and never answered, until the client gives up or the proxy is closed. */
    record Silence() implements Fault {}

    /** Of the answer's body so many bytes come, and the rest when the latch opens. */
    record HoldAfter(long bytes, CountDownLatch rest) implements Fault {}

    /** One byte of the answer's body is another one. */
    record FlipByte(long offset) implements Fault {}

    /** The answer's Content-Length is not the truth; negative values promise less than what is sent. */
    record LieAboutLength(long difference) implements Fault {}

    /** The upstream is not asked. */
    record Answer(int status, Map<String, String> headers, String body) implements Fault {
        public Answer {
            headers = Map.copyOf(headers);
        }
    }

    /** 307 to the same path and query at another place, as registries do whose blobs are in an object store. */
    record RedirectTo(String base) implements Fault {}

    /** Range is taken out of the request, so that the upstream answers 200 with everything. */
    record IgnoreRange() implements Fault {}

    /** The answer gets another value for a header, or, for an empty value, loses it. */
    record Header(String name, String value) implements Fault {}
}
