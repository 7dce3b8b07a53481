package dev.mangrove.catalog.delta;

import dev.mangrove.catalog.delta.DeltaEvents.Outcome;
import dev.mangrove.delta.artifact.BlobDelta;
import dev.mangrove.delta.artifact.DeltaArtifact;
import dev.mangrove.delta.artifact.DeltaNames;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.util.Optional;

/** Attaches finished deltas to their target, as far as the repository's budget allows. */
final class Attachments {
    private final Uploader uploader;
    private final DeltaBudget budget;
    private final DeltaEvents events;

    Attachments(Uploader uploader, DeltaBudget budget, DeltaEvents events) {
        this.uploader = uploader;
        this.budget = budget;
        this.events = events;
    }

    Outcome attach(Location repository, Images.Pair pair, Optional<Digest> base, Made made) throws IOException {
        if (!budget.admit(repository, made.deltaBytes())) {
            for (BlobDelta delta : made.kept()) {
                uploader.withdraw(repository, delta.blob());
            }
            return Outcome.OVER_BUDGET;
        }
        byte[] report = made.report().encode();
        Descriptor config = Descriptor.of(DeltaNames.CONFIG, uploader.blob(repository, report), report.length);
        DeltaArtifact artifact = new DeltaArtifact(pair.target().descriptor(), base, config, made.kept());
        uploader.manifest(repository, artifact.manifest());
        if (made.kept().isEmpty()) {
            return Outcome.TOO_LARGE;
        }
        events.stored(repository, made.rawBytes(), made.deltaBytes());
        return Outcome.MADE;
    }
}
