/**
 * An ordered map of bytes that a view is kept in: on the heap (edge) or in RocksDB (catalog, region). Never truth: its
 * folder may be deleted at any time the process is down.
 */
@NullMarked
package dev.mangrove.content.keyvalue;

import org.jspecify.annotations.NullMarked;
