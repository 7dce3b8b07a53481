/**
 * Finds the tensors in files of weights, without ever interpreting more than directories and headers.
 *
 * <p>All parsers take hostile input: each has a size cap, checks every offset against the file, and reports errors with
 * the offset.
 */
@NullMarked
package dev.mangrove.delta.tensor;

import org.jspecify.annotations.NullMarked;
