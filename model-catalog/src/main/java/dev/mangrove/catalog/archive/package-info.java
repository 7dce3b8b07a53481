/**
 * Artifacts as one file: OCI layouts and docker archives in a tar, read into a registry and written from one. What an
 * archive says is believed only as far as {@link dev.mangrove.catalog.archive.ArchiveLimits} go; nothing of it is ever
 * written under a name that it chose. One thread reads an archive's table; its blobs may be read by several at once.
 */
@NullMarked
package dev.mangrove.catalog.archive;

import org.jspecify.annotations.NullMarked;
