package dev.mangrove.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Catalog, region and agent, between which versions of a model travel; with what that takes. */
public final class DeltaSite implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final String MODEL = "acme/detector";
    private static final String IMAGE = "acme/camera";
    private static final String FILE = "weights.safetensors";
    private static final Pattern LAYER_OF_DELTA =
            Pattern.compile("delta\\.segments\\.v1\",\"digest\":\"(sha256:[0-9a-f]{64})\",\"size\":([0-9]+)");

    private static final Pattern PREDICTED = Pattern.compile(", ([0-9,]+) bytes");

    private final TestFolder folder = TestFolder.create();
    private final Mangrove mangrove;
    private final Wire catalog;

    /** A delta as the catalog lists it. */
    public record Delta(String digest, long sizeBytes) {}

    private DeltaSite(Mangrove mangrove) {
        this.mangrove = mangrove;
        this.catalog = new Wire(mangrove.catalog().url());
    }

    /** Starts the three; tags are looked up again after a second. */
    public static DeltaSite start() {
        List<String> freshness = List.of("freshness:", "  window: 1s");
        return new DeltaSite(Mangrove.start(freshness, freshness));
    }

    Mangrove mangrove() {
        return mangrove;
    }

    Path folder() {
        return folder.path();
    }

    /** Publishes a model of one file, waits for its deltas, and returns the digest of its manifest. */
    public String publish(String version, byte[] weights) throws IOException {
        return publish(version, weights, List.of());
    }

    /** Publishes one that an adapter, published before, was merged into. */
    String publishMerged(String version, byte[] weights, String base, String adapter) throws IOException {
        return publish(version, weights, List.of("--base", name(base), "--adapter", name(adapter)));
    }

    /** Bytes that {@code mangrove diff} says a node will fetch that holds one version and asks for another. */
    long predictedBytes(String held, String wanted) {
        String said = MangroveProcess.verb(folder.path(), "diff", name(held), name(wanted))
                .with("--plain-http")
                .within(PATIENCE)
                .run()
                .succeeded()
                .output();
        Matcher total = PREDICTED.matcher(said);
        if (!total.find()) {
            throw new AssertionError("no total in " + said);
        }
        return Long.parseLong(total.group(1).replace(",", ""));
    }

    private String name(String version) {
        return mangrove.catalog().address() + "/" + MODEL + ":" + version;
    }

    private String publish(String version, byte[] weights, List<String> options) throws IOException {
        Path source = folder.folder("model-" + version);
        Files.write(source.resolve(FILE), weights);
        String digest = RegistryClient.digestIn(MangroveProcess.verb(folder.path(), "publish", source, name(version))
                .with(options.toArray())
                .with("--plain-http")
                .within(PATIENCE)
                .run()
                .succeeded()
                .all());
        awaitDeltas();
        return digest;
    }

    /** Pulls the model from the agent and returns its file. */
    public byte[] pull(String version) throws IOException {
        lay(version);
        return read(version);
    }

    /** Pulls the model from the agent. */
    public void lay(String version) {
        String name = mangrove.agent().address() + "/" + MODEL + ":" + version;
        MangroveProcess.verb(folder.path(), "pull", name, folder.folder("pulled-" + version))
                .with("--plain-http")
                .within(PATIENCE)
                .run()
                .succeeded();
    }

    /** The file that was pulled. */
    public byte[] read(String version) throws IOException {
        return Files.readAllBytes(pulled(version));
    }

    /** Removes the file that was pulled. */
    public void forget(String version) throws IOException {
        Files.delete(pulled(version));
    }

    Path pulled(String version) {
        return folder.path().resolve("pulled-" + version).resolve(FILE);
    }

    /** What pulls images from the agent with Docker's engine, which runs until this is closed. */
    public final class Docker implements AutoCloseable {
        private final RegistryClient client = ClientKind.DOCKER.start();
        private final Map<String, TestImage> images = new HashMap<>();

        /** Pushes an image that carries the model in a plain layer, and returns the digest of its manifest. */
        public String push(String tag, byte[] weights) {
            TestImage image = TestImage.ofLayer(TestImage.tar(FILE, weights));
            images.put(tag, image);
            DeltaSite.this.push(IMAGE, tag, image);
            return image.digest();
        }

        /** Pulls one that was pushed; fails unless Docker says that it has it. */
        public void pull(String tag) {
            TestImage image = Objects.requireNonNull(images.get(tag));
            List<String> known = client.pull(mangrove.agent().address(), IMAGE, tag, image);
            if (!known.contains(image.digest())) {
                throw new AssertionError("docker has " + known + " and not " + image.digest());
            }
        }

        /** Removes all images from Docker. */
        public void forget() {
            client.forget();
        }

        public Delta deltaTo(String manifest) {
            return DeltaSite.this.deltaTo(IMAGE, manifest);
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /** Pushes an image to the catalog and waits for its deltas. */
    private void push(String repository, String tag, TestImage image) {
        catalog.push(repository, tag, image);
        awaitDeltas();
    }

    private void awaitDeltas() {
        MangroveProcess process = mangrove.catalog();
        process.process().awaitThat("the deltas are made", PATIENCE, () -> process.metric("mangrove_delta_queue") == 0);
    }

    /** The smallest delta that leads to a model's manifest. */
    public Delta deltaTo(String manifest) {
        return deltaTo(MODEL, manifest);
    }

    private Delta deltaTo(String repository, String manifest) {
        String listed = catalog.get("/v2/" + repository + "/referrers/" + manifest)
                .expect(200)
                .text();
        return RegistryClient.digestsIn(listed).stream()
                .map(each -> catalog.get("/v2/" + repository + "/manifests/" + each, "Accept", Wire.ACCEPT))
                .flatMap(answer -> LAYER_OF_DELTA.matcher(answer.text()).results())
                .map(found -> new Delta(found.group(1), Long.parseLong(found.group(2))))
                .min(Comparator.comparingLong(Delta::sizeBytes))
                .orElseThrow(() -> new AssertionError("no delta in " + listed));
    }

    /** Bytes that the region sent to the agent until now, heads included. */
    public long wanBytes() {
        return mangrove.wan().answeredBytes();
    }

    /** From now on the region sends to the agent at most this fast; 0: as fast as it can. */
    public void limitWan(long bitsPerSecond) {
        mangrove.wan().limitTo(bitsPerSecond);
    }

    @Override
    public void close() {
        catalog.close();
        mangrove.close();
        folder.close();
    }
}
