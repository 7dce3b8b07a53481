/** The two narrow ways in which delta coding touches bytes: positional reads and strictly ordered writes. */
@NullMarked
package dev.mangrove.delta.io;

import org.jspecify.annotations.NullMarked;
