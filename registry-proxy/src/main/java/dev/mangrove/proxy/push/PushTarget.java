package dev.mangrove.proxy.push;

import dev.mangrove.http.RequestHead;
import dev.mangrove.oci.InvalidNameException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request that writes, or asks about an upload.
 *
 * @param name the repository, as it stands in the path
 * @param ends whether the answer 201 or 202 to it changes what can be pulled
 */
record PushTarget(String name, boolean ends) {
    private static final Pattern UPLOAD = Pattern.compile("/v2/(.+)/blobs/uploads(?:/[^/]*)?/?");
    private static final Pattern CONTENT = Pattern.compile("/v2/(.+)/(?:manifests|blobs)/[^/]+");
    private static final Set<String> WRITES = Set.of("POST", "PATCH", "PUT", "DELETE");

    /**
     * What a request writes to; empty if it does not.
     *
     * @throws InvalidNameException if the path is not well-formed
     */
    static Optional<PushTarget> of(RequestHead request) {
        boolean writes = WRITES.contains(request.method());
        String path;
        try {
            path = request.path();
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // the registry has words for it
        }
        Matcher upload = UPLOAD.matcher(path);
        if (upload.matches()) {
            boolean ends = request.method().equals("PUT") || request.method().equals("POST");
            return Optional.of(new PushTarget(upload.group(1), ends));
        }
        Matcher content = CONTENT.matcher(path);
        return writes && content.matches() ? Optional.of(new PushTarget(content.group(1), true)) : Optional.empty();
    }
}
