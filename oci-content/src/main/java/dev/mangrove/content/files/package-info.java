/**
 * The store on disk: blob files with crash-safe commit, upload sessions, partial blobs with a leaf map, leaf hashes.
 * Layout: {@code docs/formats/store.md}. May import {@code content} and {@code oci}.
 */
@NullMarked
package dev.mangrove.content.files;

import org.jspecify.annotations.NullMarked;
