package dev.mangrove.content;

import dev.mangrove.oci.Digest;

/** That a blob exists, and its size in bytes. */
public record BlobStat(Digest digest, long sizeBytes) {}
