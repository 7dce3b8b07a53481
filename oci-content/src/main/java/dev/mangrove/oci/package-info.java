/**
 * The nouns of OCI as values that validate: digests, descriptors, names, manifests, ranges, error codes.
 *
 * <p>May import nothing of Mangrove and no library but the streaming JSON parser. Everything here is immutable and safe
 * for any thread.
 */
@NullMarked
package dev.mangrove.oci;

import org.jspecify.annotations.NullMarked;
