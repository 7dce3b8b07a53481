package dev.mangrove.catalog.compare;

import dev.mangrove.delta.artifact.DeltaReport.TensorCost;
import java.util.List;

/**
 * What one file, or layer, of a version costs whoever has another version.
 *
 * @param name the file's path, else the beginning of its digest
 * @param wireBytes what has to cross the wire
 * @param tensors those that cost most first; empty where nothing is known of them
 */
record FileCost(String name, long sizeBytes, long wireBytes, Way way, List<TensorCost> tensors) {
    /** How the receiver comes by the bytes. */
    enum Way {
        /** It has them. */
        SAME("here already"),
        /** A delta from what it has. */
        DELTA("delta"),
        /** The file itself, compressed. */
        COMPRESSED("compressed"),
        /** The file itself, though it grew from one that is there: no delta was made yet. */
        FULL_FOR_NOW("full, no delta yet"),
        /** The file itself: a delta was tried and saves too little. */
        FULL_ANYWAY("full, a delta saves too little"),
        /** The file itself. */
        FULL("full");

        private final String text;

        Way(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    FileCost {
        tensors = List.copyOf(tensors);
        if (sizeBytes < 0 || wireBytes < 0) {
            throw new IllegalArgumentException("a file of " + sizeBytes + " bytes, " + wireBytes + " on the wire");
        }
    }

    static long wireBytes(List<FileCost> files) {
        return files.stream().mapToLong(FileCost::wireBytes).sum();
    }

    static long sizeBytes(List<FileCost> files) {
        return files.stream().mapToLong(FileCost::sizeBytes).sum();
    }
}
