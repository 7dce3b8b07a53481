package dev.mangrove.catalog.delta;

import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.util.Optional;

/**
 * Deltas wanted.
 *
 * @param base the manifest to start from; empty if there is none, and only compression without a base is worth a try
 * @param target the manifest, or list of manifests, to arrive at
 */
record Job(Location repository, Optional<Digest> base, Digest target) {}
