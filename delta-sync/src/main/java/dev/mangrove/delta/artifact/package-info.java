/**
 * Deltas as artifacts of a registry: how a manifest says which delta turns which blob into which, and what that costs.
 * Written by the catalog, read by regions, agents and {@code mangrove diff}; the only thing they share. May import {@code
 * oci} only. Format: {@code docs/formats/delta-artifact.md}.
 */
@NullMarked
package dev.mangrove.delta.artifact;

import org.jspecify.annotations.NullMarked;
