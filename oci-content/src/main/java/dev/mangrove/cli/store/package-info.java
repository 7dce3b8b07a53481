/**
 * What a store holds, told from outside while its process runs or not. Reads only.
 */
@NullMarked
package dev.mangrove.cli.store;

import org.jspecify.annotations.NullMarked;
