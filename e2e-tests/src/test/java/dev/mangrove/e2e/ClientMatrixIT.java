package dev.mangrove.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mangrove.http.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/**
 * Every client against every face, one capability at a time; the outcome is the table in {@code target/client-matrix.md}.
 *
 * <p>Clients fall back to another route silently, so that a pull that worked proves nothing. Here the client knows one
 * address only, what it asks for exists nowhere else under the name it uses, and each pull is judged by the digests of what
 * arrived and by the bytes the face says it sent.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientMatrixIT {
    private static final int SMALL = 40_000;
    private static final int LARGE = 3_000_000;

    private final long seed = ThreadLocalRandom.current().nextLong();
    private final Map<ClientKind, RegistryClient> clients = new EnumMap<>(ClientKind.class);
    private final Map<ClientKind, TestAbortedException> absent = new EnumMap<>(ClientKind.class);
    private final Map<ClientKind, Map<Capability, List<String>>> passed = new EnumMap<>(ClientKind.class);
    private final Map<ClientKind, Map<Capability, List<String>>> failed = new EnumMap<>(ClientKind.class);
    private Faces faces;
    private Wire authority;
    private int repositories;
    private long images;

    @BeforeAll
    void startFaces() {
        System.out.println("ClientMatrixIT: seed " + seed);
        faces = Faces.start();
        authority = new Wire(faces.authority().url());
    }

    @AfterAll
    void stopEverythingAndWriteTheTable() throws IOException {
        List<AutoCloseable> all = new ArrayList<>(clients.values());
        if (authority != null) {
            all.add(authority);
        }
        if (faces != null) {
            writeTable();
            all.add(faces);
        }
        for (AutoCloseable closeable : all) {
            try {
                closeable.close();
            } catch (Exception e) {
                System.out.println("cannot close " + closeable + ": " + e);
            }
        }
    }

    /** Client by client, so that only one engine works at a time. */
    Stream<Arguments> cells() {
        List<String> names = Faces.names();
        return Stream.of(ClientKind.values()).flatMap(kind -> Stream.of(Capability.values())
                .filter(capability -> kind.whyNot(capability).isEmpty())
                .flatMap(capability -> names.stream().map(face -> Arguments.of(kind, capability, face))));
    }

    @ParameterizedTest(name = "{0} can {1} at the {2}")
    @MethodSource("cells")
    void aRealClientWorks(ClientKind kind, Capability capability, String faceName) {
        RegistryClient client = client(kind);
        Face face = faces.all().stream()
                .filter(each -> each.name().equals(faceName))
                .findFirst()
                .orElseThrow();
        List<String> outcome = outcomes(failed, kind, capability);
        outcome.add(faceName);
        switch (capability) {
            case PUSH -> push(client, kind, face);
            case PULL_BY_TAG ->
                pull(client, kind, face, true, TestImage.of(nextSeed(), TestImage.Compression.GZIP, SMALL, SMALL));
            case PULL_BY_DIGEST ->
                pull(client, kind, face, false, TestImage.of(nextSeed(), TestImage.Compression.GZIP, SMALL, SMALL));
            case INDEX -> pull(client, kind, face, true, TestImage.index(nextSeed(), SMALL));
            case ZSTD_LAYERS ->
                pull(client, kind, face, true, TestImage.of(nextSeed(), TestImage.Compression.ZSTD, SMALL, SMALL));
            case REFERRERS -> referrers(client, face);
            case RANGE -> resume(client, face);
            case DELETE -> delete(client, face);
        }
        outcome.remove(faceName);
        outcomes(passed, kind, capability).add(faceName);
    }

    private void push(RegistryClient client, ClientKind kind, Face face) {
        String repository = nextRepository();
        TestImage image = TestImage.of(nextSeed(), TestImage.Compression.GZIP, SMALL, SMALL);
        String told = client.push(face.address(), repository, "v1", image);
        Optional<String> stored = kind == ClientKind.HELM
                ? authority.resolve(repository + "/" + HelmClient.CHART, HelmClient.TAG)
                : authority.resolve(repository, "v1");
        assertEquals(Optional.of(told), stored, "the digest of " + repository + " at the authority");
    }

    private void pull(RegistryClient client, ClientKind kind, Face face, boolean byTag, TestImage image) {
        String repository = nextRepository();
        String digest = image.digest();
        if (kind == ClientKind.HELM) {
            digest = client.push(faces.authority().address(), repository, "v1", image);
        } else {
            authority.push(repository, "v1", image);
        }
        client.forget();
        long before = face.servedBytes().getAsLong();
        List<String> known = client.pull(face.address(), repository, byTag ? "v1" : digest, image);
        assertTrue(known.contains(digest), () -> "the client knows " + known);
        assertServed(face, before, kind, image);
    }

    private static void assertServed(Face face, long before, ClientKind kind, TestImage image) {
        if (Faces.areControl()) {
            return;
        }
        // Of an index some clients take only their own platform, of two alike; a chart is a few hundred bytes.
        long least = kind == ClientKind.HELM
                ? 100
                : image.mediaType().equals(TestImage.INDEX) ? image.layerBytes() / 3 : image.layerBytes();
        Eventually.holds( // an answer is counted just after its last byte
                face + " says it served at least " + least + " bytes",
                () -> face.servedBytes().getAsLong() - before >= least);
    }

    private void referrers(RegistryClient client, Face face) {
        String repository = nextRepository();
        TestImage image = TestImage.of(nextSeed(), TestImage.Compression.GZIP, SMALL);
        authority.push(repository, "v1", image);
        String attached = client.attach(face.address(), repository, image.digest());
        List<String> listed = client.referrers(face.address(), repository, image.digest());
        assertTrue(listed.contains(attached), () -> attached + " is not in " + listed);
        if (!Faces.areControl()) { // which has no such interface; its clients use a tag instead
            String known = authority
                    .get("/v2/" + repository + "/referrers/" + image.digest())
                    .expect(200)
                    .text();
            assertTrue(known.contains(attached), () -> attached + " is not in " + known);
        }
    }

    /** The first answer with the large layer is cut in the middle; the client has to come back for the rest. */
    private void resume(RegistryClient client, Face face) {
        String repository = nextRepository();
        TestImage image = TestImage.of(nextSeed(), TestImage.Compression.GZIP, LARGE);
        String layer = image.layers().getFirst();
        authority.push(repository, "v1", image);
        client.forget();
        try (FaultProxy link = FaultProxy.inFrontOf(face.port())) {
            link.on(request -> request.isGet() && request.target().contains(layer), new Fault.CutBody(LARGE / 2), 1);
            List<String> known = client.pull(link.address(), repository, "v1", image);
            assertTrue(known.contains(image.digest()), () -> "the client knows " + known);
            assertTrue(
                    link.count(request -> request.target().contains(layer)
                                    && request.header("range").matches("bytes=[1-9][0-9]*-.*"))
                            > 0,
                    () -> "nothing was asked with a range: " + link.requests());
        }
    }

    private void delete(RegistryClient client, Face face) {
        String repository = nextRepository();
        TestImage image = TestImage.of(nextSeed(), TestImage.Compression.GZIP, SMALL);
        authority.push(repository, "v1", image);
        client.delete(face.address(), repository, "v1", image.digest());
        assertEquals(Optional.empty(), authority.resolve(repository, "v1"), "the tag after the deletion");
        try (Wire wire = new Wire(face.url())) {
            // a face that could not ask in time serves what it saw last, with a warning
            Eventually.holds("the tag is gone at the " + face, () -> wire.resolve(repository, "v1")
                    .isEmpty());
        }
    }

    private String nextRepository() {
        return "matrix/image-" + ++repositories;
    }

    /** No two images share a layer, so that none is there already when it is pushed or pulled. */
    private long nextSeed() {
        images += 1_000;
        return seed + images;
    }

    private RegistryClient client(ClientKind kind) {
        TestAbortedException skip = absent.get(kind);
        if (skip != null) {
            throw skip;
        }
        String only = System.getProperty("mangrove.e2e.client", "");
        assumeTrue(only.isEmpty() || kind.name().matches(only), "another client was asked for");
        try {
            return clients.computeIfAbsent(kind, ClientKind::start);
        } catch (TestAbortedException e) {
            absent.put(kind, e);
            throw e;
        }
    }

    private static List<String> outcomes(
            Map<ClientKind, Map<Capability, List<String>>> table, ClientKind kind, Capability capability) {
        return table.computeIfAbsent(kind, each -> new EnumMap<>(Capability.class))
                .computeIfAbsent(capability, each -> new ArrayList<>());
    }

    private void writeTable() throws IOException {
        List<String> names = faces.all().stream().map(Face::name).toList();
        StringBuilder table = new StringBuilder("# Clients against " + String.join(", ", names) + "\n\n| client |");
        for (Capability capability : Capability.values()) {
            table.append(' ').append(capability.title()).append(" |");
        }
        table.append("\n|---|")
                .append("---|".repeat(Capability.values().length))
                .append('\n');
        for (ClientKind kind : ClientKind.values()) {
            RegistryClient client = clients.get(kind);
            table.append("| ")
                    .append(kind.title())
                    .append(client == null ? " (not run)" : " " + client.version())
                    .append(" |");
            for (Capability capability : Capability.values()) {
                table.append(' ').append(cell(kind, capability, names)).append(" |");
            }
            table.append('\n');
        }
        table.append("\n\"yes\": at every one of ")
                .append(String.join(", ", names))
                .append("; n/a: the client itself has no such thing.\n\n");
        for (ClientKind kind : ClientKind.values()) {
            for (Capability capability : Capability.values()) {
                if (!kind.whyNot(capability).isEmpty()) {
                    table.append(String.format(
                            Locale.ROOT, "- %s, %s: %s%n", kind.title(), capability.title(), kind.whyNot(capability)));
                }
            }
        }
        Files.writeString(Files.createDirectories(Path.of("target")).resolve("client-matrix.md"), table);
    }

    private String cell(ClientKind kind, Capability capability, List<String> names) {
        if (!kind.whyNot(capability).isEmpty()) {
            return "n/a";
        }
        List<String> good = outcomes(passed, kind, capability);
        List<String> bad = outcomes(failed, kind, capability);
        if (good.containsAll(names)) {
            return "yes";
        }
        return (good.isEmpty() ? "" : String.join(", ", good))
                + (bad.isEmpty() ? "" : " **not " + String.join(", ", bad) + "**")
                + (good.isEmpty() && bad.isEmpty() ? "-" : "");
    }
}
