/**
 * Tells what an update will cost on the wire before anything moves, and what a version grew from. Knows registries by the
 * protocol only: deltas are referrers, and their configs say what each tensor costs.
 */
@NullMarked
package dev.mangrove.catalog.compare;

import org.jspecify.annotations.NullMarked;
