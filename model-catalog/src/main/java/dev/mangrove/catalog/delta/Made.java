package dev.mangrove.catalog.delta;

import dev.mangrove.delta.artifact.BlobDelta;
import dev.mangrove.delta.artifact.DeltaReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a job has made so far: a report of every try, and the deltas worth keeping. */
final class Made {
    private final List<DeltaReport.Pair> tried = new ArrayList<>();
    private final List<BlobDelta> kept = new ArrayList<>();

    /** One try, and what came of it. */
    record Try(DeltaReport.Pair report, Optional<BlobDelta> delta) {}

    void add(Try one) {
        tried.add(one.report());
        one.delta().ifPresent(kept::add);
    }

    List<BlobDelta> kept() {
        return kept;
    }

    DeltaReport report() {
        return new DeltaReport(BlobDelta.CODEC_VERSION, tried);
    }

    long deltaBytes() {
        return kept.stream().mapToLong(BlobDelta::sizeBytes).sum();
    }

    long rawBytes() {
        return kept.stream().mapToLong(BlobDelta::rawSizeBytes).sum();
    }
}
