package dev.mangrove.catalog.demo;

import dev.mangrove.catalog.packaging.ImageBuild;
import dev.mangrove.catalog.packaging.ModelPublish;
import dev.mangrove.distribution.client.ClientSettings;
import dev.mangrove.distribution.client.Credentials;
import dev.mangrove.distribution.client.DistributionClient;
import dev.mangrove.distribution.client.RegistryConnection;
import dev.mangrove.distribution.client.RegistryUrl;
import dev.mangrove.http.CallerOptions;
import dev.mangrove.http.NettyHttpCaller;
import dev.mangrove.http.Transport;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** The demonstration, from the first publish to the last pull. */
final class Demo implements AutoCloseable {
    private static final long SEED = 2026;
    private static final Tag FIRST = new Tag("1.0");
    private static final Tag SECOND = new Tag("1.1");
    private static final Location MODEL = Location.parse("demo/detector");
    private static final Location IMAGE = Location.parse("demo/server");

    private static final String QUEUE = "mangrove_delta_queue";
    private static final String FETCHED = "mangrove_wan_bytes_total{direction=\"in\"}";
    private static final Duration DELTA_PATIENCE = Duration.ofMinutes(2);
    private static final Duration COUNT_PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    private final Path folder;
    private final PrintWriter says;
    private final Transport transport = Transport.open(1);
    private final NettyHttpCaller http = new NettyHttpCaller(transport, CallerOptions.usual());
    private final DemoSite site;
    private final List<DemoStep> steps = new ArrayList<>();
    private Optional<DemoStep> update = Optional.empty();

    private record Wanted(Location repository, Tag version, Digest manifest) {}

    /** @param says where a line about each step goes */
    Demo(Path folder, PrintWriter says) throws IOException {
        this.folder = folder;
        this.says = says;
        this.site = new DemoSite(folder);
    }

    /** Runs it and returns what did not go as it should; empty is good. */
    List<String> run() throws IOException {
        says.println("catalog  " + site.catalog());
        says.println("region   " + site.region());
        says.println("agent    " + site.agent());
        says.println("training a small model");
        DemoContent content = new DemoContent(folder.resolve("content"), SEED);
        says.println("publishing it and an image at the catalog");
        Wanted model = publish(content, FIRST);
        Digest built = new ImageBuild(folder.resolve("jib"))
                .push(content.application(), List.of("/app/server"), named(site.catalog(), IMAGE));
        Wanted image = new Wanted(IMAGE, FIRST, built);
        awaitDeltas();
        List<String> wrong = new ArrayList<>();
        says.println("pulling both through agent and region");
        wrong.addAll(pull("first pull", true, model, image).wrongForCold());
        says.println("pulling again");
        wrong.addAll(pull("second pull", true, model, image).wrongForWarm());
        says.println("retraining the model and publishing it as " + SECOND);
        content.retrain();
        Wanted retrained = publish(content, SECOND);
        awaitDeltas();
        says.println("pulling " + SECOND);
        update = Optional.of(pull("retrained model", true, retrained));
        wrong.addAll(update.get().wrongForUpdate());
        says.println("cutting off the agent: catalog and region are stopped");
        site.cutOff();
        wrong.addAll(pull("all again, cut off", false, model, image, retrained).wrongForWarm());
        return wrong;
    }

    /** What each hop carried. */
    String table() {
        return DemoTable.text(steps);
    }

    /** What the pull of the retrained model moved; empty before {@link #run}. */
    Optional<DemoStep> update() {
        return update;
    }

    private Wanted publish(DemoContent content, Tag version) throws IOException {
        Digest digest =
                ModelPublish.publish(registry(site.catalog()), MODEL, content.model(version.value()), version.value());
        return new Wanted(MODEL, version, digest);
    }

    /** Until the catalog has made the deltas of what was published: here everything follows in seconds. */
    private void awaitDeltas() throws IOException {
        Instant end = Instant.now().plus(DELTA_PATIENCE);
        while (MetricsPage.of(http, site.catalog()).number(QUEUE).orElse(0) > 0) {
            if (Instant.now().isAfter(end)) {
                throw new IOException("the catalog did not make its deltas within " + DELTA_PATIENCE);
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    private DemoStep pull(String name, boolean connected, Wanted... all) throws IOException {
        Counters agent = sent(site.agent());
        Optional<Counters> region = counters(site.region(), connected);
        Optional<Counters> catalog = counters(site.catalog(), connected);
        long agentFetched = fetched(site.agent());
        long regionFetched = connected ? fetched(site.region()) : 0;
        DemoPull client = new DemoPull(new DistributionClient(registry(site.agent())));
        long received = 0;
        for (Wanted each : all) {
            received += client.pull(each.repository(), each.version(), each.manifest());
        }
        DemoStep step = new DemoStep(
                name,
                received,
                settled(site.agent(), agent, received),
                since(region, site.region(), site.agent(), agentFetched),
                since(catalog, site.catalog(), site.region(), regionFetched));
        steps.add(step);
        return step;
    }

    /** An answer is counted just after its last byte: waits until {@code least} bytes are, and no more are added. */
    private Counters settled(String url, Counters before, long least) throws IOException {
        Instant end = Instant.now().plus(COUNT_PATIENCE);
        Counters last = sent(url).since(before);
        while (true) {
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
            Counters now = sent(url).since(before);
            if ((now.equals(last) && now.total() >= least) || Instant.now().isAfter(end)) {
                return now;
            }
            last = now;
        }
    }

    private Counters sent(String url) throws IOException {
        return MetricsPage.of(http, url).sent();
    }

    private Optional<Counters> counters(String url, boolean running) throws IOException {
        return running ? Optional.of(sent(url)) : Optional.empty();
    }

    /** What a node sent, its child being the one that fetched it. */
    private Optional<Counters> since(Optional<Counters> before, String url, String child, long childBefore)
            throws IOException {
        return before.isEmpty() ? before : Optional.of(settled(url, before.get(), fetched(child) - childBefore));
    }

    private long fetched(String url) throws IOException {
        return Math.round(MetricsPage.of(http, url).number(FETCHED).orElse(0));
    }

    private RegistryConnection registry(String url) {
        return RegistryConnection.open(http, RegistryUrl.parse(url), Credentials.NONE, ClientSettings.of("demo"));
    }

    private static String named(String url, Location repository) {
        return url.substring(url.indexOf("://") + 3) + "/" + repository + ":" + FIRST;
    }

    @Override
    public void close() throws IOException {
        try {
            site.close();
        } finally {
            http.close();
            transport.close();
        }
    }
}
