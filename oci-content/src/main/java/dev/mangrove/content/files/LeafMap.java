package dev.mangrove.content.files;

import dev.mangrove.oci.Algorithm;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.OptionalLong;

/**
 * The hashes of the leaves that a partial blob has, in its {@code .map} file. Never synced: after a restart each is a
 * claim, which counts only once the leaf has been hashed again. One thread at a time.
 */
final class LeafMap implements AutoCloseable {
    private static final int HEADER_BYTES = 16;
    private static final int MAGIC = 0x4d504d31; // "MPM1"
    private static final int LEAVES_READ_AT_ONCE = 4096;

    /** A process that is killed loses the claims of so many leaves: 1 MiB to fetch again. */
    private static final int LEAVES_WRITTEN_AT_ONCE = 16;

    private static final byte[] MISSING = new byte[Recipe.HASH_BYTES];

    private final Disk disk;
    private final Path path;
    private final FileChannel file;
    private final long leafCount;

    /** Hashes of leaves that follow one another, not in the file yet; kept until they are. */
    private final ByteBuffer pending = ByteBuffer.allocate(LEAVES_WRITTEN_AT_ONCE * Recipe.HASH_BYTES);

    private long pendingFrom;

    LeafMap(Disk disk, Path path, long sizeBytes) throws IOException {
        this.disk = disk;
        this.path = path;
        this.file = disk.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        this.leafCount = Leaf.count(sizeBytes);
        disk.write(
                file,
                ByteBuffer.allocate(HEADER_BYTES)
                        .putInt(MAGIC)
                        .putInt(0)
                        .putLong(sizeBytes)
                        .flip(),
                0);
    }

    /** The size of the blob that a map on disk is for; empty if there is no map, or it is not one. */
    static OptionalLong sizeOf(Path path) throws IOException {
        if (Files.notExists(path)) {
            return OptionalLong.empty(); // as mostly: not worth an exception
        }
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            file.read(header, 0);
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        }
        boolean isMap = !header.hasRemaining() && header.getInt(0) == MAGIC && header.getInt(4) == 0;
        return isMap && header.getLong(8) >= 0 ? OptionalLong.of(header.getLong(8)) : OptionalLong.empty();
    }

    /** How many leaves a map on disk claims, without opening it for writing; 0 if there is no map, or it is not one. */
    static long claimedLeaves(Path path) throws IOException {
        OptionalLong size = sizeOf(path);
        if (size.isEmpty()) {
            return 0;
        }
        long claimed = 0;
        byte[] hash = new byte[Recipe.HASH_BYTES];
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
            in.skipNBytes(HEADER_BYTES);
            for (long leaf = 0;
                    leaf < Leaf.count(size.getAsLong()) && in.readNBytes(hash, 0, hash.length) > 0;
                    leaf++) {
                claimed += Arrays.equals(hash, MISSING) ? 0 : 1;
            }
        } catch (NoSuchFileException e) {
            return 0; // became a blob meanwhile
        }
        return claimed;
    }

    /** The leaves for which there is a hash. */
    BitSet claims() throws IOException {
        BitSet claims = new BitSet();
        for (long first = 0; first < leafCount; first += LEAVES_READ_AT_ONCE) {
            byte[] hashes = hashes(first, (int) Math.min(LEAVES_READ_AT_ONCE, leafCount - first));
            for (int i = 0; i * Recipe.HASH_BYTES < hashes.length; i++) {
                int at = i * Recipe.HASH_BYTES;
                if (!Arrays.equals(hashes, at, at + Recipe.HASH_BYTES, MISSING, 0, Recipe.HASH_BYTES)) {
                    claims.set(Math.toIntExact(first + i));
                }
            }
        }
        return claims;
    }

    byte[] hash(long leaf) throws IOException {
        return hashes(leaf, 1);
    }

    /** Hashes of consecutive leaves, one after the other; zeros for those missing. */
    byte[] hashes(long first, int count) throws IOException {
        flush();
        ByteBuffer hashes = ByteBuffer.allocate(count * Recipe.HASH_BYTES);
        long at = HEADER_BYTES + first * Recipe.HASH_BYTES;
        while (hashes.hasRemaining() && file.read(hashes, at + hashes.position()) >= 0) {
            // until they are all read, or the file ends: the rest is missing
        }
        return hashes.array();
    }

    /** Takes the hash of a leaf; it reaches the file with those of its neighbours, at the latest on {@link #flush} or {@link #close}. */
    void put(long leaf, byte[] hash) throws IOException {
        boolean follows = leaf == pendingFrom + pending.position() / Recipe.HASH_BYTES;
        if (!follows || !pending.hasRemaining()) {
            flush();
            pendingFrom = leaf;
        }
        pending.put(hash);
    }

    /** Writes what was put. */
    void flush() throws IOException {
        if (pending.position() > 0) {
            disk.write(file, pending.duplicate().flip(), HEADER_BYTES + pendingFrom * Recipe.HASH_BYTES);
            pending.clear();
        }
    }

    /** Claims no leaf any more. */
    void clear() throws IOException {
        pending.clear();
        for (long first = 0; first < leafCount; first += LEAVES_READ_AT_ONCE) {
            int count = (int) Math.min(LEAVES_READ_AT_ONCE, leafCount - first);
            disk.write(file, ByteBuffer.allocate(count * Recipe.HASH_BYTES), HEADER_BYTES + first * Recipe.HASH_BYTES);
        }
    }

    /** Whether bytes have the hash claimed for the leaf. */
    boolean matches(long leaf, ByteBuffer bytes) throws IOException {
        var hash = Algorithm.SHA256.newHash();
        hash.update(bytes);
        return Arrays.equals(hash.digest(), hash(leaf));
    }

    /** Adds all hashes, in order, to a recipe in the making. */
    void addTo(LeafHashes leaves) throws IOException {
        for (long first = 0; first < leafCount; first += LEAVES_READ_AT_ONCE) {
            byte[] hashes = hashes(first, (int) Math.min(LEAVES_READ_AT_ONCE, leafCount - first));
            for (int at = 0; at < hashes.length; at += Recipe.HASH_BYTES) {
                leaves.add(Arrays.copyOfRange(hashes, at, at + Recipe.HASH_BYTES));
            }
        }
    }

    /** Deletes the map. */
    void delete() throws IOException {
        pending.clear();
        file.close();
        disk.delete(path);
    }

    @Override
    public void close() throws IOException {
        try (file) {
            flush();
        }
    }
}
