package dev.mangrove.delta.format;

import dev.mangrove.oci.Digest;

/** A file the receiver must have. */
public record BaseFile(long size, Digest digest) {}
