package dev.mangrove.delta.format;

/**
 * What a front asks of its decoder beyond the target's own elements: a few bytes may stand for a large sketch or the
 * large matrix of an adapter. Bounded by what there is to make, which the receiver knows and agreed to.
 */
final class DecodingWork {
    /** A tensor with fewer rows than its adapter's rank costs more than its share; a model has few of them. */
    static final long ADAPTER_ENTRIES_OF_ANY_TARGET = 1L << 30;

    /** Segments of 64 KiB, each with the largest A, are 8 entries for a byte. */
    static final int ADAPTER_ENTRIES_PER_BYTE = 16;

    private final int segmentBytes;
    private final long maxAdapterEntries;
    private long adapterEntries;

    DecodingWork(long targetSize, int segmentBytes) {
        this.segmentBytes = segmentBytes;
        this.maxAdapterEntries = ADAPTER_ENTRIES_OF_ANY_TARGET + ADAPTER_ENTRIES_PER_BYTE * targetSize;
    }

    /** Counts a region; false if it is too much. */
    boolean add(Region region) {
        if (region.prediction() instanceof Prediction.Adapted adapted) {
            adapterEntries += pieces(region) * adapted.rank() * region.columns(); // each piece reads all of A
        }
        return adapterEntries <= maxAdapterEntries && isSketchedByRows(region);
    }

    private long pieces(Region region) {
        long last = region.range().end() - 1;
        return last / segmentBytes - region.range().offset() / segmentBytes + 1;
    }

    /**
     * A sketch then has at most twice as many entries as its region has elements. An encoder never comes near: it fits
     * sketches to 32 rows or more, of which the last may be short, and has at most 32 components.
     */
    private static boolean isSketchedByRows(Region region) {
        long rowBytes = (long) region.columns() * region.type().unitBytes();
        long wholeRows = region.range().length() / rowBytes;
        return !BodyLayout.hasSketch(region)
                || region.difference().orElseThrow().rank() <= 2 * wholeRows;
    }
}
