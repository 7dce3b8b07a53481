package dev.mangrove.e2e.bench;

import dev.mangrove.e2e.DeltaSite;
import dev.mangrove.e2e.RetrainedModel;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * What the update of a model costs a site behind a thin link, in bytes and in time: an agent that has the first version
 * is asked for the second one by {@code mangrove pull} and, as an image that carries the model in a plain layer, by
 * {@code docker pull}, while the link carries no more than its rate. What the client takes by itself is the time of the same pull again, when the
 * agent has everything.
 *
 * <p>Properties: {@code bench.megabits} (per second, 10), {@code bench.layers} (of 2 MiB each, 256), {@code
 * bench.step} (by which weights of some 0.02 were moved, 1e-5), {@code mangrove.checkpoints} (a folder of real ones, to be used instead).
 */
public final class ThinLink {
    private static final long SEED = 2026;
    private static final float STEP = Float.parseFloat(System.getProperty("bench.step", "1e-5"));
    private static final double BITS = 8;
    private static final double NANOS = 1e9;
    private static final long BITS_PER_SECOND = Long.getLong("bench.megabits", 10) * 1_000_000;

    private ThinLink() {}

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        RetrainedModel model = RetrainedModel.of(SEED, Integer.getInteger("bench.layers", 256), STEP);
        out.println("| client | model MB | delta bytes | bytes over the link | ratio | seconds | link's own | ratio "
                + "| the client's own seconds |");
        out.println("|---|---|---|---|---|---|---|---|---|");
        try (DeltaSite site = DeltaSite.start();
                DeltaSite.Docker docker = site.new Docker()) {
            site.publish("v1", model.first());
            check(model.first(), site.pull("v1"));
            DeltaSite.Delta delta = site.deltaTo(site.publish("v2", model.second()));
            Pulled pulled = pulled(site, () -> site.lay("v2"));
            check(model.second(), site.read("v2"));
            site.forget("v2");
            out.println(row("mangrove pull", model, delta, pulled, seconds(() -> site.lay("v2"))));
            docker.push("v1", model.first());
            docker.pull("v1");
            DeltaSite.Delta layer = docker.deltaTo(docker.push("v2", model.second()));
            Pulled image = pulled(site, () -> docker.pull("v2"));
            docker.forget();
            out.println(row("docker pull", model, layer, image, seconds(() -> docker.pull("v2"))));
        }
    }

    private record Pulled(long wanBytes, double seconds) {
        double linkSeconds() {
            return wanBytes * BITS / BITS_PER_SECOND;
        }
    }

    /** A pull over the link. */
    private static Pulled pulled(DeltaSite site, Runnable pull) {
        site.limitWan(BITS_PER_SECOND);
        long before = site.wanBytes();
        double seconds = seconds(pull);
        long wan = site.wanBytes() - before;
        site.limitWan(0);
        return new Pulled(wan, seconds);
    }

    private static double seconds(Runnable work) {
        long begun = System.nanoTime();
        work.run();
        return (System.nanoTime() - begun) / NANOS;
    }

    private static String row(
            String client, RetrainedModel model, DeltaSite.Delta delta, Pulled pulled, double clientSeconds) {
        return String.format(
                Locale.ROOT,
                "| %s | %.1f | %d | %d | %.4f | %.2f | %.2f | %.3f | %.2f |",
                client,
                model.second().length / 1e6,
                delta.sizeBytes(),
                pulled.wanBytes(),
                (double) pulled.wanBytes() / delta.sizeBytes(),
                pulled.seconds(),
                pulled.linkSeconds(),
                pulled.seconds() / pulled.linkSeconds(),
                clientSeconds);
    }

    private static void check(byte[] expected, byte[] actual) {
        if (!Arrays.equals(expected, actual)) {
            throw new IllegalStateException("other bytes than were published");
        }
    }
}
