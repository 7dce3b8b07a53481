package dev.mangrove.content.files;

import dev.mangrove.content.Blob;
import dev.mangrove.content.BlobStat;
import dev.mangrove.content.BlobStore;
import dev.mangrove.content.ContentException;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.MalformedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The recipes beside the blobs of a store. They are never synced: one that is missing or damaged is made again. */
public final class Recipes {
    private static final String SCRATCH_PREFIX = "ingest-recipe-";

    private final Disk disk;
    private final Layout layout;
    private final Room room;
    private final BlobStore blobs;
    private final AtomicLong scratches = new AtomicLong();

    Recipes(Disk disk, Layout layout, Room room, BlobStore blobs) {
        this.disk = disk;
        this.layout = layout;
        this.room = room;
        this.blobs = blobs;
    }

    /**
     * Opens the recipe of a blob; close it. Empty if there is no such blob, or it has no recipe because it is not longer
     * than a leaf or named by sha512.
     *
     * @throws ContentException.Corrupt if the recipe had to be made again and the blob has rotted
     */
    public Optional<Recipe> open(Digest digest) throws IOException {
        Optional<BlobStat> blob = blobs.stat(digest);
        if (blob.isEmpty() || !Recipe.isMadeFor(blob.get().sizeBytes()) || digest.algorithm() != Algorithm.SHA256) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Recipe.open(layout.recipe(digest), digest, blob.get().sizeBytes()));
        } catch (NoSuchFileException | MalformedContentException e) {
            return remake(digest);
        }
    }

    /** Makes a recipe from the blob, for example when one of its pages turned out to be damaged. */
    public Optional<Recipe> remake(Digest digest) throws IOException {
        Path scratch = layout.uploads().resolve(SCRATCH_PREFIX + scratches.incrementAndGet());
        LeafHashes leaves = new LeafHashes(disk, scratch);
        try {
            return blobs.read(digest, Optional.empty(), blob -> remake(digest, blob, leaves));
        } finally {
            leaves.close();
        }
    }

    private Recipe remake(Digest digest, Blob blob, LeafHashes leaves) throws IOException {
        ContentHash hash = new ContentHash(leaves);
        byte[] buffer = new byte[StagedFile.BUFFER_BYTES];
        InputStream in = blob.asStream();
        for (int got; (got = in.read(buffer)) >= 0; ) {
            hash.update(ByteBuffer.wrap(buffer, 0, got));
        }
        if (!hash.end().equals(digest)) {
            throw new ContentException.Corrupt(
                    digest, "the stored copy of " + digest + " has rotted: run `mangrove doctor`, or fetch it again");
        }
        Path file = layout.recipe(digest);
        boolean isNew = !Files.exists(file);
        leaves.writeRecipe(file, digest, blob.sizeBytes());
        if (isNew) {
            room.occupied(Recipe.fileBytes(blob.sizeBytes()));
        }
        return Recipe.open(file, digest, blob.sizeBytes());
    }
}
