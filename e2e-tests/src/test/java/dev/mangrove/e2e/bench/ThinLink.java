package dev.mangrove.e2e.bench;

import dev.mangrove.e2e.DeltaSite;
import dev.mangrove.e2e.RetrainedModel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * What the update of a model costs a site behind a thin link, in bytes and in time: an agent that has the first version
 * is asked for the second one by {@code mangrove pull} and, as an image that carries the model in a plain layer, by
 * {@code docker pull}, while the link carries no more than its rate.
 *
 * <p>Properties: {@code bench.megabits} (per second, 10), {@code bench.layers} (of 2 MiB each, 64), {@code
 * mangrove.checkpoints} (a folder of real ones, to be used instead).
 */
public final class ThinLink {
    private static final long SEED = 2026;
    private static final double BITS = 8;
    private static final double NANOS = 1e9;

    private ThinLink() {}

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        RetrainedModel model = RetrainedModel.of(SEED, Integer.getInteger("bench.layers", 64));
        out.println("| client | model MB | delta bytes | bytes over the link | ratio | seconds | link's own | ratio |");
        out.println("|---|---|---|---|---|---|---|---|");
        try (DeltaSite site = DeltaSite.start();
                DeltaSite.Docker docker = site.new Docker()) {
            site.publish("v1", model.first());
            check(model.first(), site.pull("v1"));
            DeltaSite.Delta delta = site.deltaTo(site.publish("v2", model.second()));
            out.println(row("mangrove pull", site, model, delta, () -> check(model.second(), site.pull("v2"))));
            docker.push("v1", model.first());
            docker.pull("v1", model.first());
            DeltaSite.Delta layer = docker.deltaTo(docker.push("v2", model.second()));
            out.println(row("docker pull", site, model, layer, () -> docker.pull("v2", model.second())));
        }
    }

    private interface Pull {
        void run() throws IOException;
    }

    private static String row(String client, DeltaSite site, RetrainedModel model, DeltaSite.Delta delta, Pull pull)
            throws IOException {
        long rate = Long.getLong("bench.megabits", 10) * 1_000_000;
        site.limitWan(rate);
        long before = site.wanBytes();
        long begun = System.nanoTime();
        pull.run();
        double seconds = (System.nanoTime() - begun) / NANOS;
        long wan = site.wanBytes() - before;
        site.limitWan(0);
        double own = wan * BITS / rate;
        return String.format(
                Locale.ROOT,
                "| %s | %.1f | %d | %d | %.4f | %.2f | %.2f | %.3f |",
                client,
                model.second().length / 1e6,
                delta.sizeBytes(),
                wan,
                (double) wan / delta.sizeBytes(),
                seconds,
                own,
                seconds / own);
    }

    private static void check(byte[] expected, byte[] actual) {
        if (!Arrays.equals(expected, actual)) {
            throw new IllegalStateException("other bytes than were published");
        }
    }
}
