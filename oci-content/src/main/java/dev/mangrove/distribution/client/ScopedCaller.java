package dev.mangrove.distribution.client;

import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import java.io.IOException;
import java.util.List;

/** An {@link dev.mangrove.http.HttpCaller} that knows what each request needs rights for. */
@FunctionalInterface
public interface ScopedCaller {
    /**
     * Sends a request.
     *
     * @param scopes what the request needs; the first is that of the repository in the path, a mount adds its source
     * @return the answer, whatever its status; close it
     * @throws IOException if there was no answer
     */
    CallResponse call(CallRequest request, List<Scope> scopes) throws IOException;
}
