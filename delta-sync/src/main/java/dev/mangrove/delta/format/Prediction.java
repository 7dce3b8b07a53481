package dev.mangrove.delta.format;

/** Where the decoder takes its guess for a region from. */
public sealed interface Prediction {
    /** There is none: the region stands alone. */
    record None() implements Prediction {}

    /**
     * Bytes of a base, one for each byte of the region.
     *
     * @param base index of the base file
     * @param offset where they begin
     */
    record Span(int base, long offset) implements Prediction {
        /** Checksum the signs. */
        public Span {
            if (base < 0 || offset < 0) {
                throw new IllegalArgumentException("span " + base + " " + offset);
            }
        }
    }

    /**
     * A stretch of a base that looks like the region, of any length up to {@value #MAX_BYTES}.
     *
     * @param base index of the base file
     * @param offset where it begins
     */
    record Window(int base, long offset, int length) implements Prediction {
        /** Longest window. */
        public static final int MAX_BYTES = 2 << 20;

        /** Checksum the ranges. */
        public Window {
            if (base < 0 || offset < 0 || length < 1 || length > MAX_BYTES) {
                throw new IllegalArgumentException("window " + base + " " + offset + " " + length);
            }
        }
    }

    /**
     * Elements of a base plus a low-rank adapter: {@code base + scale * (B A)}, summed in a defined order.
     *
     * @param weights where the base's elements are
     * @param down A, rank by columns
     * @param up B, rows by rank
     */
    record Adapted(Span weights, Span down, Span up, int adapterType, int rank, float scale) implements Prediction {
        /** Largest rank of an adapter. */
        public static final int MAX_RANK = 256;

        /** Checksum the rank. */
        public Adapted {
            if (rank < 1 || rank > MAX_RANK) {
                throw new IllegalArgumentException("adapter of rank " + rank);
            }
        }
    }
}
