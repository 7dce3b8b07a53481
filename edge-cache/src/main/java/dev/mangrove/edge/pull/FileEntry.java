package dev.mangrove.edge.pull;

import dev.mangrove.oci.Descriptor;

/** One file of an artifact. */
record FileEntry(FilePath path, Descriptor blob) {}
