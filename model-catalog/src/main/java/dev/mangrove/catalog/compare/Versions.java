package dev.mangrove.catalog.compare;

import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.delta.artifact.DeltaArtifact;
import dev.mangrove.delta.artifact.DeltaReport;
import dev.mangrove.distribution.client.DistributionClient;
import dev.mangrove.distribution.client.RemoteBlob;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.Manifest;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Pinned;
import dev.mangrove.oci.Reference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Manifests of one registry, and the deltas attached to them. */
final class Versions {
    private static final int MAX_DELTAS_READ = 32;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final DistributionClient registry;

    Versions(DistributionClient registry) {
        this.registry = registry;
    }

    /** @throws Failure if there is no such version */
    ManifestContent get(Location repository, Reference reference) throws IOException {
        return registry.manifest(repository, reference)
                .orElseThrow(() -> new Failure(
                        ExitCode.NOT_FOUND,
                        "there is no " + repository + " " + reference + " at " + registry.url(),
                        "check name and tag"));
    }

    Optional<ManifestContent> find(Location repository, Digest digest) throws IOException {
        return registry.manifest(repository, new Pinned(digest));
    }

    /** The images behind a manifest: itself, or those that it lists and that are there, in order. */
    List<ManifestContent> images(Location repository, ManifestContent manifest) throws IOException {
        if (!(manifest.view() instanceof Manifest.Index index)) {
            return List.of(manifest);
        }
        List<ManifestContent> images = new ArrayList<>();
        for (Descriptor listed : index.manifests()) {
            registry.manifest(repository, new Pinned(listed.digest())).ifPresent(images::add);
        }
        return images;
    }

    /**
     * The deltas that lead to a manifest.
     *
     * @param asking the manifest that a delta is wanted from: a catalog then makes one, for the next time; empty asks for
     *     nothing
     */
    List<DeltaArtifact> deltasTo(Location repository, Digest target, Optional<Digest> asking) throws IOException {
        List<Descriptor> attached = asking.isPresent()
                ? registry.referrers(repository, target, asking.get())
                : registry.referrers(repository, target);
        List<DeltaArtifact> deltas = new ArrayList<>();
        for (Descriptor each : attached) {
            if (DeltaArtifact.isDelta(each.artifactType()) && deltas.size() < MAX_DELTAS_READ) {
                registry.manifest(repository, new Pinned(each.digest()))
                        .flatMap(DeltaArtifact::of)
                        .ifPresent(deltas::add);
            }
        }
        return deltas;
    }

    /** What the maker of a delta found; empty if it cannot be read. */
    Optional<DeltaReport> report(Location repository, DeltaArtifact delta) throws IOException {
        Descriptor config = delta.config();
        if (config.sizeBytes() > DeltaReport.MAX_BYTES) {
            return Optional.empty();
        }
        Optional<RemoteBlob> opened =
                registry.open(repository, config.digest(), Optional.empty(), OptionalLong.of(config.sizeBytes()));
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (RemoteBlob in = opened.get()) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = in.read(buffer, 0, buffer.length); n >= 0; n = in.read(buffer, 0, buffer.length)) {
                bytes.write(buffer, 0, n);
            }
        }
        byte[] raw = bytes.toByteArray();
        if (!Digest.ofBytes(config.digest().algorithm(), raw).equals(config.digest())) {
            return Optional.empty();
        }
        try {
            return Optional.of(DeltaReport.decode(raw));
        } catch (MalformedContentException e) {
            return Optional.empty();
        }
    }
}
