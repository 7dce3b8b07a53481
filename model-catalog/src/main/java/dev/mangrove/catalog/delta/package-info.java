/**
 * Lineage and deltas of the catalog: what a model was made of is recorded when it is pushed, and beside the push, never
 * in its way, deltas are made from its predecessor. May import {@code delta}, {@code distribution}, {@code content} and
 * {@code oci}.
 *
 * <p>One platform thread of low priority does all the coding; what waits for it is bounded, and lost jobs are found again
 * at the next start.
 */
@NullMarked
package dev.mangrove.catalog.delta;

import org.jspecify.annotations.NullMarked;
