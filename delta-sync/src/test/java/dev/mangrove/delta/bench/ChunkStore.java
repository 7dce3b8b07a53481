package dev.mangrove.delta.bench;

import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/** What a store of content-defined chunks of 64 KiB on average would have to send, its index not counted. */
final class ChunkStore {
    private static final int MIN = 16 << 10;
    private static final int MAX = 256 << 10;
    private static final long MASK = 0xffffL << 40;
    private static final long[] GEAR = new Random(1).longs(256).toArray();

    private final Set<Digest> chunks = new HashSet<>();

    /** Adds a file; returns the bytes of its chunks that were not there. */
    long add(byte[] file) {
        long fresh = 0;
        for (int from = 0; from < file.length; ) {
            int to = end(file, from);
            byte[] chunk = java.util.Arrays.copyOfRange(file, from, to);
            if (chunks.add(Digest.ofBytes(Algorithm.SHA256, chunk))) {
                fresh += chunk.length;
            }
            from = to;
        }
        return fresh;
    }

    private static int end(byte[] file, int from) {
        long hash = 0;
        int limit = Math.min(file.length, from + MAX);
        for (int at = from; at < limit; at++) {
            hash = (hash << 1) + GEAR[file[at] & 0xff];
            if (at - from >= MIN && (hash & MASK) == 0) {
                return at + 1;
            }
        }
        return limit;
    }
}
