package dev.mangrove.delta;

import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.oci.ByteRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds long stretches of a target in a base, wherever they have moved: blocks of the base are indexed by a rolling hash
 * that is slid over the target (A. Tridgell, "Efficient algorithms for sorting and synchronization", 1999).
 */
final class MatchFinder {
    /** Shorter matches cost more in the front block than they save. */
    private static final int MIN_MATCH = 2048;

    private static final int BLOCK = 1024;
    private static final int MAX_ENTRIES = 1 << 22;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final long FACTOR = 0x9E3779B97F4A7C15L | 1;

    private final ByteSource base;
    private final long[] hashes;
    private final long[] places;
    private final int mask;
    private final long dropFactor;

    /** A stretch of the target and where it is in the base. */
    record Match(long target, long base, long length) {}

    /** Indexes some ranges of a base; large ones more thinly. */
    MatchFinder(ByteSource base, List<ByteRange> ranges) throws IOException {
        this.base = base;
        long total = ranges.stream().mapToLong(ByteRange::length).sum();
        long stride = BLOCK * Math.max(1, Math.ceilDiv(total, (long) BLOCK * MAX_ENTRIES / 2));
        int capacity = Integer.highestOneBit(Math.clamp(total / stride * 4, 16, MAX_ENTRIES));
        hashes = new long[capacity];
        places = new long[capacity];
        Arrays.fill(places, -1);
        mask = capacity - 1;
        long drop = 1;
        for (int i = 1; i < BLOCK; i++) {
            drop *= FACTOR;
        }
        dropFactor = drop;
        byte[] block = new byte[BLOCK];
        for (ByteRange range : ranges) {
            for (long at = range.offset(); at + BLOCK <= range.end(); at += stride) {
                base.read(at, block, 0, BLOCK);
                put(hash(block, 0), at);
            }
        }
    }

    private void put(long hash, long place) {
        int slot = slotOf(hash);
        for (int probe = 0; probe < 8; probe++, slot = (slot + 1) & mask) {
            if (places[slot] < 0) {
                hashes[slot] = hash;
                places[slot] = place;
                return;
            }
            if (hashes[slot] == hash) {
                return;
            }
        }
    }

    private long find(long hash) {
        int slot = slotOf(hash);
        for (int probe = 0; probe < 8; probe++, slot = (slot + 1) & mask) {
            if (places[slot] < 0) {
                return -1;
            }
            if (hashes[slot] == hash) {
                return places[slot];
            }
        }
        return -1;
    }

    private int slotOf(long hash) {
        return (int) ((hash * FACTOR) >>> 40) & mask;
    }

    private static long hash(byte[] bytes, int from) {
        long hash = 0;
        for (int i = from; i < from + BLOCK; i++) {
            hash = hash * FACTOR + bytes[i] + 1;
        }
        return hash;
    }

    /** The matches of a stretch of the target, in order and without overlaps. */
    List<Match> matches(ByteSource target, ByteRange range) throws IOException {
        List<Match> found = new ArrayList<>();
        byte[] buffer = new byte[BUFFER_BYTES];
        long at = range.offset();
        while (at + BLOCK <= range.end()) {
            int length = (int) Math.min(buffer.length, range.end() - at);
            target.read(at, buffer, 0, length);
            long from = found.isEmpty()
                    ? range.offset()
                    : found.getLast().target() + found.getLast().length();
            Match match = first(buffer, length, at, from, target, range.end());
            if (match == null) {
                at += length == buffer.length ? length - BLOCK + 1 : length;
            } else {
                found.add(match);
                at = match.target() + match.length();
            }
        }
        return found;
    }

    private @org.jspecify.annotations.Nullable Match first(
            byte[] buffer, int length, long at, long from, ByteSource target, long end) throws IOException {
        long hash = hash(buffer, 0);
        for (int i = 0; ; i++) {
            long place = find(hash);
            if (place >= 0) {
                Match match = extended(at + i, place, from, target, end);
                if (match.length() >= MIN_MATCH) {
                    return match;
                }
            }
            if (i + BLOCK >= length) {
                return null;
            }
            hash = (hash - (buffer[i] + 1) * dropFactor) * FACTOR + buffer[i + BLOCK] + 1;
        }
    }

    /** Grows a hit in both directions; empty if the hash lied. */
    private Match extended(long at, long place, long from, ByteSource target, long end) throws IOException {
        long forward = Extension.forward(base, place, target, at, Math.min(base.size() - place, end - at));
        if (forward < BLOCK) {
            return new Match(at, place, 0);
        }
        long back = Extension.backward(base, place, target, at, Math.min(place, at - from));
        return new Match(at - back, place - back, forward + back);
    }
}
