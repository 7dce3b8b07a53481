package dev.mangrove.delta.format;

import java.util.ArrayList;
import java.util.List;

/**
 * The part of one region that lies in one segment. A segment may begin or end inside a unit of the region; the bytes of
 * such broken units are literals.
 *
 * @param region index of the region
 * @param from first byte, counted from the region's start
 * @param length bytes of the part
 * @param target first byte, counted from the segment's start
 */
public record Cut(int region, long from, int length, int target, int unitBytes) {
    /** The parts of a segment, in order. */
    public static List<Cut> of(DeltaFront front, int segment) {
        return of(
                front.regions(), front.segmentBytes(), segment, front.regionAt((long) segment * front.segmentBytes()));
    }

    /** The parts of a segment whose first byte is in region {@code first}. */
    public static List<Cut> of(List<Region> regions, int segmentBytes, int segment, int first) {
        long start = (long) segment * segmentBytes;
        List<Cut> cuts = new ArrayList<>();
        for (int i = first; i < regions.size(); i++) {
            Region region = regions.get(i);
            long begin = Math.max(start, region.range().offset());
            long end = Math.min(start + segmentBytes, region.range().end());
            if (begin >= end) {
                break;
            }
            cuts.add(new Cut(
                    i,
                    begin - region.range().offset(),
                    (int) (end - begin),
                    (int) (begin - start),
                    region.type().unitBytes()));
        }
        return cuts;
    }

    /** Bytes of a unit that began in the segment before. */
    public int head() {
        return (int) Math.min(length, (unitBytes - from % unitBytes) % unitBytes);
    }

    /** Whole units. */
    public int units() {
        return (length - head()) / unitBytes;
    }

    /** Bytes of whole units. */
    public int body() {
        return units() * unitBytes;
    }

    /** Bytes of a unit that goes on in the next segment. */
    public int tail() {
        return length - head() - body();
    }

    /** First whole unit, counted from the region's start. */
    public long firstUnit() {
        return (from + head()) / unitBytes;
    }
}
