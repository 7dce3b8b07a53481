/**
 * Lossless deltas between a base and a retrained target. Pure: no sockets, no clock, no threads of its own.
 */
@NullMarked
package dev.mangrove.delta;

import org.jspecify.annotations.NullMarked;
