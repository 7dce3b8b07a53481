package dev.mangrove.catalog.registry;

import dev.mangrove.content.Caller;
import dev.mangrove.content.MovableClock;
import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.files.StoreLimits;
import dev.mangrove.content.keyvalue.HeapKeyValue;
import dev.mangrove.content.log.FollowingNames;
import dev.mangrove.content.log.Names;
import dev.mangrove.distribution.Access;
import dev.mangrove.distribution.DistributionServer;
import dev.mangrove.distribution.FakeExchange;
import dev.mangrove.distribution.Grant;
import dev.mangrove.distribution.Naming;
import dev.mangrove.http.Headers;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A catalog over a real store in a folder, asked through the protocol without sockets. */
final class CatalogFixture implements AutoCloseable {
    static final String EMPTY_CONFIG = "{\"mediaType\":\"application/vnd.oci.empty.v1+json\",\"size\":2,"
            + "\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\"}";

    final Path folder;
    final MovableClock clock = new MovableClock();
    final FileStore store;
    final FollowingNames names;
    final CatalogPushes pushes;
    private final DistributionServer server;

    CatalogFixture(Path folder) throws IOException {
        this(folder, StoreLimits.NONE, Grant.everything(new Caller.User("ci")));
    }

    CatalogFixture(Path folder, StoreLimits limits, Grant grant) throws IOException {
        this(folder, limits, grant, names -> names);
    }

    /** @param between stands between the catalog and its names */
    CatalogFixture(Path folder, StoreLimits limits, Grant grant, UnaryOperator<Names> between) throws IOException {
        this.folder = folder;
        store = FileStore.open(folder, limits, clock);
        names = FollowingNames.open(store, new HeapKeyValue(), clock);
        Names seen = between.apply(names);
        CatalogRegistry registry =
                new CatalogRegistry(store, seen, (repository, caller) -> grant.allows(repository, Access.Action.PULL));
        pushes = new CatalogPushes(store, store.uploads(), seen, registry, new byte[32], clock);
        server = new DistributionServer(
                registry, Optional.of(pushes), Access.always(grant), Naming.homeOnly(Set.of()), "node");
    }

    FakeExchange ask(String method, String target, byte[] body, String... headers) throws IOException {
        Headers sent = Headers.none();
        for (int i = 0; i < headers.length; i += 2) {
            sent = sent.with(headers[i], headers[i + 1]);
        }
        FakeExchange exchange = FakeExchange.of(method, target, sent, body);
        server.handle(exchange);
        return exchange;
    }

    FakeExchange ask(String method, String target) throws IOException {
        return ask(method, target, new byte[0]);
    }

    /** Pushes a blob and returns its digest; fails if that did not work. */
    Digest push(String repository, byte[] blob) throws IOException {
        Digest digest = Digest.ofBytes(Algorithm.SHA256, blob);
        FakeExchange pushed = ask("POST", "/v2/" + repository + "/blobs/uploads/?digest=" + digest, blob);
        if (pushed.status() != 201) {
            throw new AssertionError(pushed.status() + " " + pushed.text());
        }
        return digest;
    }

    /** Pushes a manifest under a tag and returns its digest. */
    Digest pushManifest(String repository, String tag, String json) throws IOException {
        byte[] raw = json.getBytes(StandardCharsets.UTF_8);
        FakeExchange pushed = ask("PUT", "/v2/" + repository + "/manifests/" + tag, raw);
        if (pushed.status() != 201) {
            throw new AssertionError(pushed.status() + " " + pushed.text());
        }
        return Digest.ofBytes(Algorithm.SHA256, raw);
    }

    /** Files below a folder of the store. */
    long files(String below) {
        try (Stream<Path> found = Files.walk(folder.resolve(below))) {
            return found.filter(Files::isRegularFile).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        names.close();
        store.close();
    }
}
