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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The demonstration, from the first publish to the last pull. */
final class Demo implements AutoCloseable {
    private static final long SEED = 2026;
    private static final Tag VERSION = new Tag("1.0");
    private static final Location MODEL = Location.parse("demo/detector");
    private static final Location IMAGE = Location.parse("demo/server");

    private final Path folder;
    private final PrintWriter says;
    private final Transport transport = Transport.open(1);
    private final NettyHttpCaller http = new NettyHttpCaller(transport, CallerOptions.usual());
    private final DemoSite site;
    private final List<DemoStep> steps = new ArrayList<>();

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
        DemoContent content = new DemoContent(folder.resolve("content"), SEED);
        says.println("publishing a model and an image at the catalog");
        Digest model = ModelPublish.publish(registry(site.catalog()), MODEL, content.model(), VERSION.value());
        Digest image = new ImageBuild(folder.resolve("jib"))
                .push(content.application(), List.of("/app/server"), named(site.catalog(), IMAGE));
        says.println("pulling both through agent and region");
        pullAll("first pull", model, image, true);
        says.println("pulling again");
        pullAll("second pull", model, image, true);
        says.println("cutting off the agent: catalog and region are stopped");
        site.cutOff();
        pullAll("third pull, cut off", model, image, false);
        List<String> wrong = new ArrayList<>(steps.get(0).wrongForCold());
        wrong.addAll(steps.get(1).wrongForWarm());
        wrong.addAll(steps.get(2).wrongForWarm());
        return wrong;
    }

    /** What each hop carried. */
    String table() {
        return DemoTable.text(steps);
    }

    private void pullAll(String name, Digest model, Digest image, boolean connected) throws IOException {
        Counters agent = Counters.of(http, site.agent());
        Optional<Counters> region = counters(site.region(), connected);
        Optional<Counters> catalog = counters(site.catalog(), connected);
        DemoPull client = new DemoPull(new DistributionClient(registry(site.agent())));
        long received = client.pull(MODEL, VERSION, model) + client.pull(IMAGE, VERSION, image);
        steps.add(new DemoStep(
                name,
                received,
                Counters.of(http, site.agent()).since(agent),
                since(region, site.region()),
                since(catalog, site.catalog())));
    }

    private Optional<Counters> counters(String url, boolean running) throws IOException {
        return running ? Optional.of(Counters.of(http, url)) : Optional.empty();
    }

    private Optional<Counters> since(Optional<Counters> before, String url) throws IOException {
        return before.isEmpty() ? before : Optional.of(Counters.of(http, url).since(before.get()));
    }

    private RegistryConnection registry(String url) {
        return RegistryConnection.open(http, RegistryUrl.parse(url), Credentials.NONE, ClientSettings.of("demo"));
    }

    private static String named(String url, Location repository) {
        return url.substring(url.indexOf("://") + 3) + "/" + repository + ":" + VERSION;
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
