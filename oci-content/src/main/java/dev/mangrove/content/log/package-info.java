/**
 * The names log: everything that cannot be recomputed from blobs, appended, checksummed and fsynced; and the views that
 * follow it. Format: {@code docs/formats/names-log.md}.
 */
@NullMarked
package dev.mangrove.content.log;

import org.jspecify.annotations.NullMarked;
