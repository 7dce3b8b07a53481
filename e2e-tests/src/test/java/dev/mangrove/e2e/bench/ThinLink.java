package dev.mangrove.e2e.bench;

import dev.mangrove.e2e.DeltaSite;
import dev.mangrove.e2e.RetrainedModel;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What the update of a model costs a site behind a thin link, in bytes and in time: an agent that has the first version
 * pulls the second one with {@code mangrove pull}, while the link carries no more than its rate.
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
        long rate = Long.getLong("bench.megabits", 10) * 1_000_000;
        RetrainedModel model = RetrainedModel.of(SEED, Integer.getInteger("bench.layers", 64));
        try (DeltaSite site = DeltaSite.start()) {
            site.publish("v1", model.first());
            check(model.first(), site.pull("v1"));
            DeltaSite.Delta delta = site.deltaTo(site.publish("v2", model.second()));
            site.limitWan(rate);
            long before = site.wanBytes();
            long begun = System.nanoTime();
            check(model.second(), site.pull("v2"));
            double seconds = (System.nanoTime() - begun) / NANOS;
            long wan = site.wanBytes() - before;
            out.println(
                    "| model MB | delta bytes | bytes over the link | ratio | seconds | link's own seconds | ratio |");
            out.println("|---|---|---|---|---|---|---|");
            double own = wan * BITS / rate;
            out.printf(
                    "| %.1f | %d | %d | %.4f | %.2f | %.2f | %.3f |%n",
                    model.second().length / 1e6,
                    delta.sizeBytes(),
                    wan,
                    (double) wan / delta.sizeBytes(),
                    seconds,
                    own,
                    seconds / own);
        }
    }

    private static void check(byte[] expected, byte[] actual) {
        if (!Arrays.equals(expected, actual)) {
            throw new IllegalStateException("other bytes than were published");
        }
    }
}
