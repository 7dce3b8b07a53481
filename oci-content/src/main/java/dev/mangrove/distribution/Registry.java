package dev.mangrove.distribution;

import dev.mangrove.content.Caller;
import dev.mangrove.content.Gated;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Reference;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What a role offers to those who pull. Forbidden looks like absent, except where a login would help: then
 * {@link dev.mangrove.content.ContentException.Refused}. Methods block, any number of threads.
 */
public interface Registry {
    /** Finds a manifest by tag or digest. */
    Optional<Resolved> resolve(Location repository, Reference reference, Caller caller) throws IOException;

    /** The blobs, each visible through the repositories that have it: the gate is the first thing a reader meets. */
    Gated blobs();

    /**
     * Tags in ASCII order after {@code last} (exclusive), at most {@code limit} of them; empty optional: no such repository.
     */
    Optional<List<Tag>> tags(Location repository, Optional<String> last, int limit, Caller caller) throws IOException;

    /** Descriptors of the manifests attached to {@code subject}; none is an empty list, also in an unknown repository. */
    List<Descriptor> referrers(Location repository, Digest subject, Caller caller) throws IOException;

    /**
     * As {@link #referrers(Location, Digest, Caller)}, asked by someone who holds blobs of the manifest {@code heldBase}
     * and would welcome a delta from it to {@code subject}. Answers with what there is, without waiting for more.
     */
    default List<Descriptor> referrers(Location repository, Digest subject, Digest heldBase, Caller caller)
            throws IOException {
        return referrers(repository, subject, caller);
    }

    /** Repositories the caller may list, in name order after {@code last}. */
    List<Location> repositories(Optional<String> last, int limit, Caller caller) throws IOException;
}
