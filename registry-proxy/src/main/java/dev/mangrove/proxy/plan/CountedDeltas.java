package dev.mangrove.proxy.plan;

import dev.mangrove.observe.Counter;
import dev.mangrove.observe.Metrics;
import dev.mangrove.oci.Digest;
import java.util.function.IntSupplier;

/** Counts what deltas save and how they fail, and tells another. */
public final class CountedDeltas implements DeltaEvents {
    private static final String REASON = "delta";

    private final DeltaEvents next;
    private final Metrics metrics;
    private final Counter saved;
    private final Counter damaged;
    private final Counter failures;

    public CountedDeltas(Metrics metrics, DeltaEvents next) {
        this.next = next;
        this.metrics = metrics;
        this.damaged = metrics.counter(
                "mangrove_verify_failures_total", "Stored content that was not what it is named.", "reason");
        this.saved = metrics.counter(
                "mangrove_wan_saved_bytes_total", "Bytes that did not have to cross the wide-area link.", "reason");
        this.failures =
                metrics.counter("mangrove_delta_failures_total", "Deltas that did not lead to their target.", "reason");
    }

    @Override
    public void applied(Digest blob, long targetBytes, long wireBytes) {
        saved.add(targetBytes - wireBytes, REASON);
        next.applied(blob, targetBytes, wireBytes);
    }

    @Override
    public void damaged(Digest base) {
        damaged.add(1, "base");
        next.damaged(base);
    }

    @Override
    public void waiting(int atMost, IntSupplier deltas) {
        metrics.bounded("deltas_waiting", atMost, deltas::getAsInt);
    }

    @Override
    public void failed(Digest blob, Failure why, String message) {
        failures.add(1, why.label());
        next.failed(blob, why, message);
    }
}
