package dev.mangrove.content.files;

import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.file.Path;

/** A file whose digest was checked and that may become a blob. */
interface Candidate {
    Path path();

    long sizeBytes();

    /** Syncs the bytes; called again it does nothing or little. */
    void force() throws IOException;

    /** Writes the recipe of the blob, which is longer than one leaf and named by sha256. */
    void writeRecipe(Path target, Digest blob) throws IOException;

    /** The file is a blob now, its name and its room are the shelf's. */
    void moved() throws IOException;
}
