package dev.mangrove.catalog.delta;

import dev.mangrove.catalog.delta.DeltaEvents.Outcome;
import dev.mangrove.delta.artifact.BlobDelta;
import dev.mangrove.delta.artifact.DeltaArtifact;
import dev.mangrove.delta.artifact.DeltaNames;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Collectors;

/** Attaches finished deltas to their target, as far as the repository's budget allows. */
final class Attachments {
    private final Uploader uploader;
    private final DeltaLinks links;
    private final DeltaBudget budget;
    private final DeltaEvents events;

    Attachments(Uploader uploader, DeltaLinks links, DeltaBudget budget, DeltaEvents events) {
        this.uploader = uploader;
        this.links = links;
        this.budget = budget;
        this.events = events;
    }

    Outcome attach(Location repository, Images.Pair pair, Optional<Digest> base, Made made) throws IOException {
        if (!budget.allows(made.deltaBytes())) {
            links.withdraw(repository, made.kept().stream().map(BlobDelta::blob).collect(Collectors.toSet()));
            return Outcome.OVER_BUDGET;
        }
        byte[] report = made.report().encode();
        Descriptor config = Descriptor.of(DeltaNames.CONFIG, uploader.blob(repository, report), report.length);
        ManifestContent manifest = new DeltaArtifact(pair.target().descriptor(), base, config, made.kept()).manifest();
        links.put(repository, manifest);
        budget.trim(repository, manifest.digest());
        if (made.kept().isEmpty()) {
            return Outcome.TOO_LARGE;
        }
        events.stored(repository, made.rawBytes(), made.deltaBytes());
        return Outcome.MADE;
    }
}
