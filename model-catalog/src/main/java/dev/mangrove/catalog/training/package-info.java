/**
 * A small model that is really trained, by plain Java code, and trained further: for the demo and for tests that want
 * weights that moved as training moves them. Deterministic: the same seed gives the same bytes on every machine. May
 * import nothing of Mangrove.
 */
@NullMarked
package dev.mangrove.catalog.training;

import org.jspecify.annotations.NullMarked;
