/**
 * The bytes of a delta: front block, body, and how both are read and written. Described for other implementations in
 * {@code docs/formats/delta.md}.
 */
@NullMarked
package dev.mangrove.delta.format;

import org.jspecify.annotations.NullMarked;
