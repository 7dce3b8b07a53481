package dev.mangrove.distribution;

import dev.mangrove.http.Headers;
import dev.mangrove.oci.OciErrorCode;
import java.util.List;

/** Which methods an endpoint knows. */
final class Methods {
    private Methods() {}

    /** Refuses every method but these with a 405. */
    static void require(Call call, String... allowed) throws ProtocolException {
        if (!List.of(allowed).contains(call.head().method())) {
            throw notAllowed(call, allowed);
        }
    }

    /** The 405 for the method of that call. */
    static ProtocolException notAllowed(Call call, String... allowed) {
        return ProtocolException.of(
                        OciErrorCode.UNSUPPORTED,
                        "this endpoint does not take " + call.head().method() + " here")
                .with(Headers.of("Allow", String.join(", ", allowed)));
    }
}
