package dev.mangrove.catalog.delta;

import dev.mangrove.content.Caller;
import dev.mangrove.content.Gated;
import dev.mangrove.distribution.Registry;
import dev.mangrove.distribution.Resolved;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Reference;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A registry that hears from which base somebody would like a delta. */
final class AskedRegistry implements Registry {
    private final Registry registry;
    private final Deltas deltas;

    AskedRegistry(Registry registry, Deltas deltas) {
        this.registry = registry;
        this.deltas = deltas;
    }

    @Override
    public List<Descriptor> referrers(Location repository, Digest subject, Digest heldBase, Caller caller)
            throws IOException {
        deltas.wanted(repository, heldBase, subject);
        return registry.referrers(repository, subject, heldBase, caller);
    }

    @Override
    public List<Descriptor> referrers(Location repository, Digest subject, Caller caller) throws IOException {
        return registry.referrers(repository, subject, caller);
    }

    @Override
    public Optional<Resolved> resolve(Location repository, Reference reference, Caller caller) throws IOException {
        return registry.resolve(repository, reference, caller);
    }

    @Override
    public Gated blobs() {
        return registry.blobs();
    }

    @Override
    public Optional<List<Tag>> tags(Location repository, Optional<String> last, int limit, Caller caller)
            throws IOException {
        return registry.tags(repository, last, limit, caller);
    }

    @Override
    public List<Location> repositories(Optional<String> last, int limit, Caller caller) throws IOException {
        return registry.repositories(last, limit, caller);
    }
}
