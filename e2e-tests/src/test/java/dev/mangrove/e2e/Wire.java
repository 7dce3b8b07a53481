package dev.mangrove.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The registry protocol spelled out by hand, for what no client does: bad input, exact headers, single requests. Knows
 * nothing of the product's own HTTP code. Follows no redirect and sends no credentials but the ones it is given.
 */
final class Wire implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    static final String ACCEPT = TestImage.MANIFEST + ", " + TestImage.INDEX
            + ", application/vnd.docker.distribution.manifest.v2+json"
            + ", application/vnd.docker.distribution.manifest.list.v2+json";

    private final String base;
    private final List<String> always;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(30))
            .build();

    Wire(String base, String... headers) {
        this.base = base;
        this.always = List.of(headers);
    }

    static final class Answer {
        private final int status;
        private final Map<String, List<String>> headers;
        private final byte[] body;

        private Answer(int status, Map<String, List<String>> headers, byte[] body) {
            this.status = status;
            this.headers = headers;
            this.body = body;
        }

        int status() {
            return status;
        }

        byte[] body() {
            return body;
        }

        Optional<String> header(String name) {
            return headers.entrySet().stream()
                    .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                    .map(entry -> String.join(", ", entry.getValue()))
                    .findFirst();
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        Answer expect(int... statuses) {
            for (int wanted : statuses) {
                if (status == wanted) {
                    return this;
                }
            }
            throw new AssertionError("expected " + java.util.Arrays.toString(statuses) + ", got " + this);
        }

        @Override
        public String toString() {
            String shown = text();
            return status + " " + headers + "\n" + shown.substring(0, Math.min(shown.length(), 600));
        }
    }

    Answer get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    Answer head(String path, String... headers) {
        return send("HEAD", path, null, headers);
    }

    Answer delete(String path) {
        return send("DELETE", path, null);
    }

    Answer post(String path, byte[] body, String... headers) {
        return send("POST", path, body, headers);
    }

    Answer put(String path, byte[] body, String... headers) {
        return send("PUT", path, body, headers);
    }

    Answer patch(String path, byte[] body, String... headers) {
        return send("PATCH", path, body, headers);
    }

    /** Sends and reads the whole answer. A body that ends early throws, as it does for every client. */
    Answer send(String method, String path, byte[] body, String... headers) {
        try {
            return sendOrFail(method, path, body, headers);
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path + ": " + e, e);
        }
    }

    Answer sendOrFail(String method, String path, byte[] body, String... headers) throws IOException {
        URI uri = path.startsWith("http") ? URI.create(path) : URI.create(base + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(LIMIT)
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        List<String> all = new ArrayList<>(always);
        all.addAll(List.of(headers));
        for (int i = 0; i < all.size(); i += 2) {
            request.header(all.get(i), all.get(i + 1));
        }
        try {
            HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response.headers().map(), response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted: " + method + " " + path, e);
        }
    }

    /** The place an upload goes on at, made absolute; a query is added to it. */
    String location(Answer answer, String query) {
        String location = answer.header("Location").orElseThrow(() -> new AssertionError("no Location in " + answer));
        String absolute = location.startsWith("http") ? location : base + location;
        return query.isEmpty() ? absolute : absolute + (absolute.contains("?") ? "&" : "?") + query;
    }

    void pushBlob(String repository, byte[] bytes) {
        Answer begun =
                post("/v2/" + repository + "/blobs/uploads/", new byte[0]).expect(202);
        put(location(begun, "digest=" + TestImage.sha256(bytes)), bytes, "Content-Type", "application/octet-stream")
                .expect(201);
    }

    /** Pushes everything of an image, blobs before manifests, and names its manifest. */
    void push(String repository, String tag, TestImage image) {
        List<String> manifests = image.manifests();
        image.blobs().forEach((digest, bytes) -> {
            if (!manifests.contains(digest)) {
                pushBlob(repository, bytes);
            }
        });
        for (String digest : manifests) {
            boolean top = digest.equals(image.digest());
            put(
                            "/v2/" + repository + "/manifests/" + (top && !tag.isEmpty() ? tag : digest),
                            image.blob(digest),
                            "Content-Type",
                            top ? image.mediaType() : TestImage.MANIFEST)
                    .expect(201);
        }
    }

    /** The digest a name means here, or empty. */
    Optional<String> resolve(String repository, String reference) {
        Answer answer = head("/v2/" + repository + "/manifests/" + reference, "Accept", ACCEPT)
                .expect(200, 404);
        return answer.status() == 404
                ? Optional.empty()
                : Optional.of(answer.header("Docker-Content-Digest").orElseThrow());
    }

    @Override
    public void close() {
        client.close();
    }
}
