package dev.mangrove.content.files;

import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.Sha256;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The leaf hashes of one blob, read from a {@code .mrc} file: format {@code mrc1}, see {@code docs/formats/recipe.md}.
 * Holds the page hashes and reads leaf pages by position, so its memory is 32 bytes per 16 MiB of blob. Safe for any
 * thread.
 */
public final class Recipe implements Closeable {
    /** Leaves whose hashes make one page: a page spans 16 MiB. */
    public static final int LEAVES_PER_PAGE = 256;

    static final int HASH_BYTES = 32;
    static final int HEADER_BYTES = 64;
    private static final int MAGIC = 0x4d524331; // "MRC1"
    private static final int PARAMETERS =
            0x01100801; // version 1, 2^16 bytes a leaf, 2^8 leaves a page, hash 1 = SHA-256

    private final FileChannel file;
    private final long sizeBytes;
    private final byte[] pages;
    private final Digest root;

    private Recipe(FileChannel file, long sizeBytes, byte[] header, byte[] pages) {
        this.file = file;
        this.sizeBytes = sizeBytes;
        this.pages = pages;
        MessageDigest hash = Algorithm.SHA256.newHash();
        hash.update(header);
        hash.update(pages);
        this.root = Digest.ofHash(Algorithm.SHA256, hash);
    }

    /** Whether blobs of that size have a recipe: one leaf is its own. */
    static boolean isMadeFor(long sizeBytes) {
        return sizeBytes > Leaf.SIZE_BYTES;
    }

    static long pageCount(long sizeBytes) {
        return (Leaf.count(sizeBytes) + LEAVES_PER_PAGE - 1) / LEAVES_PER_PAGE;
    }

    static long fileBytes(long sizeBytes) {
        return HEADER_BYTES + HASH_BYTES * (pageCount(sizeBytes) + Leaf.count(sizeBytes));
    }

    static byte[] header(long sizeBytes, Digest blob) {
        return ByteBuffer.allocate(HEADER_BYTES)
                .putInt(MAGIC)
                .putInt(PARAMETERS)
                .putLong(sizeBytes)
                .put(blob.bytes())
                .array();
    }

    /**
     * Opens a recipe file of a blob.
     *
     * @throws MalformedContentException if it is not the recipe of that blob; leaf pages are checked when they are read
     */
    static Recipe open(Path path, Digest blob, long sizeBytes) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        try {
            if (!isMadeFor(sizeBytes) || file.size() != fileBytes(sizeBytes)) {
                throw new MalformedContentException("recipe of another length than its blob needs", -1);
            }
            byte[] header = bytesAt(file, 0, HEADER_BYTES);
            int differs = Arrays.mismatch(header, header(sizeBytes, blob));
            if (differs >= 0) {
                throw new MalformedContentException("recipe of another blob or version", differs);
            }
            byte[] pages = bytesAt(file, HEADER_BYTES, Math.toIntExact(HASH_BYTES * pageCount(sizeBytes)));
            return new Recipe(file, sizeBytes, header, pages);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** The hash that stands for the whole recipe: SHA-256 of header and pages. */
    public Digest root() {
        return root;
    }

    /** Size of the blob. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** Number of leaves. */
    public long leafCount() {
        return Leaf.count(sizeBytes);
    }

    /**
     * The hash of one leaf, checked against its page.
     *
     * @throws MalformedContentException if the page on disk has rotted
     */
    public Sha256 leaf(long index) throws IOException {
        if (index < 0 || index >= leafCount()) {
            throw new IndexOutOfBoundsException("leaf " + index + " of " + leafCount());
        }
        byte[] leaves = page(index / LEAVES_PER_PAGE);
        int at = (int) (index % LEAVES_PER_PAGE) * HASH_BYTES;
        return (Sha256) Digest.of(Algorithm.SHA256, Arrays.copyOfRange(leaves, at, at + HASH_BYTES));
    }

    /** The leaf hashes of one page, one after the other, checked against the page's hash. */
    public byte[] page(long index) throws IOException {
        long first = index * LEAVES_PER_PAGE;
        int count = (int) Math.min(LEAVES_PER_PAGE, leafCount() - first);
        byte[] leaves = bytesAt(file, HEADER_BYTES + pages.length + first * HASH_BYTES, count * HASH_BYTES);
        byte[] hash = Algorithm.SHA256.newHash().digest(leaves);
        int at = Math.toIntExact(index * HASH_BYTES);
        if (!Arrays.equals(hash, 0, HASH_BYTES, pages, at, at + HASH_BYTES)) {
            throw new MalformedContentException("recipe page " + index + " does not have its hash", -1);
        }
        return leaves;
    }

    /** The bytes of the blob that a leaf covers. */
    public ByteRange range(long leaf) {
        return Leaf.range(leaf, sizeBytes);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static byte[] bytesAt(FileChannel file, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, position + bytes.position()) < 0) {
                throw new MalformedContentException("recipe ends early", position + bytes.position());
            }
        }
        return bytes.array();
    }
}
