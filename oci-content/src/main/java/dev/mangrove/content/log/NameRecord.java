package dev.mangrove.content.log;

import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.MediaType;
import dev.mangrove.oci.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One entry of the names log. */
public sealed interface NameRecord {
    /** A tag now means this manifest (push, publish, or a fresh look at an upstream). */
    record TagMoved(Location repository, Tag tag, Digest manifest, Instant at, String by) implements NameRecord {}

    /** A tag is gone. */
    record TagRemoved(Location repository, Tag tag, Instant at, String by) implements NameRecord {}

    /** A repository has this manifest. */
    record ManifestLinked(
            Location repository,
            Digest manifest,
            MediaType mediaType,
            long sizeBytes,
            Optional<Digest> subject,
            Optional<String> artifactType,
            Map<String, String> annotations,
            List<Digest> references,
            Instant at)
            implements NameRecord {
        public ManifestLinked {
            annotations = Map.copyOf(annotations);
            references = List.copyOf(references);
        }
    }

    /** A repository no longer has this manifest; its tags and referrer entry go with it. */
    record ManifestUnlinked(Location repository, Digest manifest, Instant at) implements NameRecord {}

    /** A blob is visible through a repository. */
    record BlobLinked(Location repository, Digest blob, long sizeBytes, Instant at) implements NameRecord {}

    /** A blob is no longer visible through a repository. */
    record BlobUnlinked(Location repository, Digest blob, Instant at) implements NameRecord {}

    /** Must stay until unpinned or, if given, until then. */
    record Pinned(Location repository, Digest manifest, Optional<Instant> until) implements NameRecord {}

    /** May go again. */
    record Unpinned(Location repository, Digest manifest) implements NameRecord {}

    /** Protects what has no name yet. */
    record Leased(Location repository, Digest digest, Instant until) implements NameRecord {}

    /** "Name N now means digest D, sequence S, derived from B." */
    record Released(Location repository, long sequence, Digest manifest, Optional<Digest> base, Instant at, String by)
            implements NameRecord {}

    /** What this site should hold: the desired set's name, its version and its exact bytes. */
    record DesiredSet(String name, long version, byte[] document) implements NameRecord {}
}
