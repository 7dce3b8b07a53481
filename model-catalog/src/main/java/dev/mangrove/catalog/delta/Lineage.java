package dev.mangrove.catalog.delta;

import dev.mangrove.content.log.NameRecord.Released;
import dev.mangrove.content.log.Names;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.InvalidNameException;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The ordered releases of each name. A manifest is released once: a tag that moves back to an older one, or is added to
 * one, is no new version. Safe for any thread.
 */
public final class Lineage {
    /** Releases looked at to find whether a manifest was released before. */
    private static final int MAX_SEARCHED = 1_000;

    private static final String BASE = "org.opencontainers.image.base.digest";

    private final Names names;
    private final InstantSource clock;

    public Lineage(Names names, InstantSource clock) {
        this.names = names;
        this.clock = clock;
    }

    /**
     * Records a release.
     *
     * @return empty if the manifest was released before
     */
    synchronized Optional<Released> record(Location repository, ManifestContent manifest, String by)
            throws IOException {
        List<Released> earlier = names.releases(repository, MAX_SEARCHED);
        if (earlier.stream().anyMatch(release -> release.manifest().equals(manifest.digest()))) {
            return Optional.empty();
        }
        long sequence = earlier.isEmpty() ? 1 : earlier.getFirst().sequence() + 1;
        Released release = new Released(
                repository, sequence, manifest.digest(), baseOf(repository, manifest, earlier), clock.instant(), by);
        names.append(List.of(release));
        return Optional.of(release);
    }

    /** The base that the publisher names, if the repository has it; else the release before, merged adapters apart. */
    private Optional<Digest> baseOf(Location repository, ManifestContent manifest, List<Released> earlier)
            throws IOException {
        Optional<Digest> named = named(manifest);
        if (named.isPresent() && names.manifest(repository, named.get()).isPresent()) {
            return named;
        }
        Optional<Digest> adapter = MergedAdapters.namedBy(manifest);
        for (Released release : earlier) {
            boolean isAdapter = adapter.equals(Optional.of(release.manifest()));
            if (!isAdapter && names.manifest(repository, release.manifest()).isPresent()) {
                return Optional.of(release.manifest());
            }
        }
        return Optional.empty();
    }

    private static Optional<Digest> named(ManifestContent manifest) {
        try {
            return Optional.ofNullable(manifest.view().annotations().get(BASE)).map(Digest::parse);
        } catch (InvalidNameException e) {
            return Optional.empty(); // images of others carry what they like
        }
    }
}
