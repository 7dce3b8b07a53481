package dev.mangrove.content.log;

import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What the names log says now. Reads see every append that returned before them. Safe for any thread. */
public interface Names {
    /** Appends records as one unit, durable on return, and visible in this view. Group-committed. */
    void append(List<NameRecord> records) throws IOException;

    /**
     * Appends records if a condition holds, asked after all appends before and with none in between.
     *
     * @param condition must be quick and must not append
     * @return whether it held and the records were appended
     */
    boolean appendIf(Condition condition, List<NameRecord> records) throws IOException;

    /** The newest move of a tag. */
    Optional<NameRecord.TagMoved> tag(Location repository, Tag tag) throws IOException;

    /** Tags of a repository in ASCII order after {@code after} (exclusive, need not exist), at most {@code limit}. */
    List<Tag> tags(Location repository, Optional<String> after, int limit) throws IOException;

    /** The link of a manifest in a repository. */
    Optional<NameRecord.ManifestLinked> manifest(Location repository, Digest manifest) throws IOException;

    /** The link of a blob in a repository. */
    Optional<NameRecord.BlobLinked> blob(Location repository, Digest blob) throws IOException;

    /** Manifests of the repository whose subject is this digest, oldest first. */
    List<NameRecord.ManifestLinked> referrers(Location repository, Digest subject) throws IOException;

    /** Manifests of a repository, in digest order; at most {@code limit}. */
    default List<NameRecord.ManifestLinked> manifests(Location repository, int limit) throws IOException {
        return manifests(repository, Optional.empty(), limit);
    }

    /** Manifests of a repository after {@code after} (exclusive), in digest order; at most {@code limit}. */
    List<NameRecord.ManifestLinked> manifests(Location repository, Optional<Digest> after, int limit)
            throws IOException;

    /** Blobs of a repository after {@code after} (exclusive), in digest order; at most {@code limit}. */
    List<NameRecord.BlobLinked> blobs(Location repository, Optional<Digest> after, int limit) throws IOException;

    /** Tags of a repository that mean this manifest, at most {@code limit}. */
    List<Tag> tagsOf(Location repository, Digest manifest, int limit) throws IOException;

    /** Whether anything was ever linked in the repository and is still there. */
    boolean exists(Location repository) throws IOException;

    /** Repositories in name order after {@code after} (exclusive), at most {@code limit}. */
    List<Location> repositories(Optional<String> after, int limit) throws IOException;

    /** Whether any repository other than none links this blob or manifest, or a live lease or pin names it. */
    boolean isLive(Digest digest) throws IOException;

    /** Repositories that link this blob or manifest, at most {@code limit}. */
    List<Location> linksOf(Digest digest, int limit) throws IOException;

    /** Whether a live lease or pin names this digest in that repository. */
    boolean isHeld(Location repository, Digest digest) throws IOException;

    /** Whether a live lease or pin names this digest in any repository. */
    boolean isHeld(Digest digest) throws IOException;

    /** Releases of a repository, newest first, at most {@code limit}. */
    List<NameRecord.Released> releases(Location repository, int limit) throws IOException;

    /** What must hold for an append. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException;
    }
}
