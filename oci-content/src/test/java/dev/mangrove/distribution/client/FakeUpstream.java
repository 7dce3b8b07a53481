package dev.mangrove.distribution.client;

import dev.mangrove.content.Caller;
import dev.mangrove.distribution.Access;
import dev.mangrove.distribution.DistributionServer;
import dev.mangrove.distribution.Grant;
import dev.mangrove.distribution.MemoryRegistry;
import dev.mangrove.distribution.Naming;
import dev.mangrove.http.Body;
import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpExchange;
import dev.mangrove.http.HttpHandler;
import dev.mangrove.http.HttpServer;
import dev.mangrove.http.RequestHead;
import dev.mangrove.http.Response;
import dev.mangrove.http.TestServers;
import dev.mangrove.http.Transport;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.MediaType;
import dev.mangrove.oci.Tag;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * A real registry on a real socket that misbehaves on request. Faults are asked in the order they were added, before the
 * registry; one that does not care about a request passes it on.
 */
public final class FakeUpstream implements AutoCloseable {
    private final MemoryRegistry registry = new MemoryRegistry();
    private final List<RequestHead> requests = new CopyOnWriteArrayList<>();
    private final List<Fault> faults = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final HttpServer server;

    /** Answers a request in the registry's place, or passes it on. */
    @FunctionalInterface
    public interface Fault {
        /** @return whether the request was answered */
        boolean answer(HttpExchange exchange, HttpHandler registry) throws IOException;
    }

    public FakeUpstream(Transport transport) throws IOException {
        HttpHandler honest = new DistributionServer(
                registry,
                Optional.of(registry),
                Access.always(Grant.everything(Caller.ANONYMOUS)),
                Naming.any(Set.of()),
                "fake");
        server = HttpServer.start(transport, TestServers.onLoopback(), exchange -> {
            requests.add(exchange.request());
            for (Fault fault : faults) {
                if (fault.answer(exchange, honest)) {
                    return;
                }
            }
            honest.handle(exchange);
        });
    }

    public RegistryUrl url() {
        return RegistryUrl.parse("http://127.0.0.1:" + server.address().getPort());
    }

    /** Its content. */
    public MemoryRegistry registry() {
        return registry;
    }

    /** Puts an image of one layer there under a tag, and returns its manifest. */
    public ManifestContent image(Location repository, String tag, byte[] layer) {
        Digest config = registry.put(repository, "{}".getBytes(StandardCharsets.UTF_8));
        Digest blob = registry.put(repository, layer);
        String json = """
                {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"%s","digest":"%s","size":2},\
                "layers":[{"mediaType":"application/octet-stream","digest":"%s","size":%d}],\
                "annotations":{"tag":"%s"}}""".formatted(MediaType.OCI_MANIFEST, MediaType.OCI_CONFIG, config, blob, layer.length, tag);
        ManifestContent manifest =
                ManifestContent.parse(json.getBytes(StandardCharsets.UTF_8), MediaType.OCI_MANIFEST, Algorithm.SHA256);
        registry.putManifest(repository, manifest, List.of(new Tag(tag)), Caller.ANONYMOUS);
        return manifest;
    }

    /** Adds a fault in front of the registry. */
    public void fault(Fault fault) {
        faults.add(fault);
    }

    /** Takes all faults away. */
    public void behave() {
        faults.clear();
    }

    /** What was asked so far. */
    public List<RequestHead> requests() {
        return List.copyOf(requests);
    }

    /** How many requests of a method whose path contains a text came so far. */
    public long count(String method, String path) {
        return requests.stream()
                .filter(r -> r.method().equals(method) && r.rawPath().contains(path))
                .count();
    }

    /** Blocks until this upstream is closed: no progress. */
    public void hang() {
        try {
            closing.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Answers a blob GET like the registry, but the connection breaks after that many bytes of the body. */
    public static Response cutAfter(Response whole, byte[] body, int bytes) {
        InputStream broken = new SequenceInputStream(Collections.enumeration(
                List.of(new ByteArrayInputStream(body, 0, Math.min(bytes, body.length)), new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("cut by the test");
                    }

                    @Override
                    public int read(byte[] target, int offset, int length) throws IOException {
                        throw new IOException("cut by the test");
                    }
                })));
        return new Response(whole.status(), whole.headers(), new Body.Stream(broken, body.length));
    }

    /** Whether it is a GET of that blob. */
    public static boolean isBlobGet(HttpExchange exchange, Digest digest) {
        return exchange.request().method().equals("GET")
                && exchange.request().rawPath().endsWith("/blobs/" + digest);
    }

    /** The range a request asks for, of a body. */
    public static byte[] asked(HttpExchange exchange, byte[] body) {
        String range = exchange.request().headers().first("Range").orElse("bytes=0-" + (body.length - 1));
        String[] ends = range.substring("bytes=".length()).split("-", -1);
        return java.util.Arrays.copyOfRange(body, Integer.parseInt(ends[0]), Integer.parseInt(ends[1]) + 1);
    }

    /** The head of an honest answer for a part of a blob. */
    public static Response part(HttpExchange exchange, byte[] body) {
        Optional<String> range = exchange.request().headers().first("Range");
        if (range.isEmpty()) {
            return Response.empty(200, Headers.none());
        }
        String ends = range.get().substring("bytes=".length());
        return Response.empty(206, Headers.of("Content-Range", "bytes " + ends + "/" + body.length));
    }

    @Override
    public void close() {
        closing.countDown();
        server.close();
    }
}
