package dev.mangrove.content.files;

import dev.mangrove.oci.ByteRange;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which bytes of a blob are here: one bit per whole leaf, and runs of bytes inside leaves that are not whole. Costs 16
 * bytes per MiB of blob however it is filled. Not safe for several threads.
 */
final class Coverage {
    /** Most unfinished leaves remembered: more than any number of upstream connections leaves behind. */
    private static final int MAX_RUNS = 4096;

    private final long sizeBytes;
    private final BitSet leaves = new BitSet();
    private final TreeMap<Long, Long> runs = new TreeMap<>();
    private long leafBytes;

    Coverage(long sizeBytes) {
        this.sizeBytes = sizeBytes;
    }

    boolean has(long offset) {
        if (leaves.get(leafOf(offset))) {
            return true;
        }
        Map.Entry<Long, Long> run = runs.floorEntry(offset);
        return run != null && run.getValue() > offset;
    }

    /** Adds a whole leaf. */
    void addLeaf(long leaf) {
        ByteRange range = Leaf.range(leaf, sizeBytes);
        if (!leaves.get(Math.toIntExact(leaf))) {
            leaves.set(Math.toIntExact(leaf));
            leafBytes += range.length();
            runs.subMap(range.offset(), range.end()).clear();
        }
    }

    /** Takes a leaf out again; false if it was not whole. */
    boolean removeLeaf(long leaf) {
        if (!leaves.get(Math.toIntExact(leaf))) {
            return false;
        }
        leaves.clear(Math.toIntExact(leaf));
        leafBytes -= Leaf.range(leaf, sizeBytes).length();
        return true;
    }

    void clear() {
        leaves.clear();
        runs.clear();
        leafBytes = 0;
    }

    /** Adds bytes inside one leaf, none of which were here; true if that makes the leaf whole. */
    boolean addInsideLeaf(ByteRange bytes) {
        long leaf = Leaf.of(bytes.offset());
        ByteRange whole = Leaf.range(leaf, sizeBytes);
        long from = bytes.offset();
        long to = bytes.end();
        Map.Entry<Long, Long> before = runs.lowerEntry(from);
        if (before != null && before.getValue() == from && before.getKey() >= whole.offset()) {
            from = before.getKey();
        }
        Long after = to < whole.end() ? runs.remove(to) : null;
        if (after != null) {
            to = after;
        }
        if (from == whole.offset() && to == whole.end()) {
            addLeaf(leaf);
            return true;
        }
        runs.put(from, to);
        if (runs.size() > MAX_RUNS) {
            runs.pollFirstEntry();
        }
        return false;
    }

    /** First offset at or after {@code from} that is not here; the size if there is none. */
    long firstMissing(long from) {
        long at = from;
        while (at < sizeBytes) {
            int leaf = leafOf(at);
            if (leaves.get(leaf)) {
                at = startOf(leaves.nextClearBit(leaf));
                continue;
            }
            Map.Entry<Long, Long> run = runs.floorEntry(at);
            if (run == null || run.getValue() <= at) {
                return at;
            }
            at = run.getValue();
        }
        return sizeBytes;
    }

    /** First offset at or after {@code from} that is here; the size if there is none. */
    long firstPresent(long from) {
        if (from >= sizeBytes) {
            return sizeBytes;
        }
        if (has(from)) {
            return from;
        }
        int leaf = leaves.nextSetBit(leafOf(from));
        Long run = runs.ceilingKey(from);
        return Math.min(leaf < 0 ? sizeBytes : startOf(leaf), run == null ? sizeBytes : run);
    }

    boolean isComplete() {
        return leafBytes == sizeBytes;
    }

    long presentBytes() {
        long bytes = leafBytes;
        for (Map.Entry<Long, Long> run : runs.entrySet()) {
            bytes += run.getValue() - run.getKey();
        }
        return bytes;
    }

    private long startOf(int leaf) {
        return Math.min(sizeBytes, (long) leaf * Leaf.SIZE_BYTES);
    }

    private static int leafOf(long offset) {
        return Math.toIntExact(Leaf.of(offset));
    }
}
