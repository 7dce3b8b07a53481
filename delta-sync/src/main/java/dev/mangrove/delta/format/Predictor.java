package dev.mangrove.delta.format;

import dev.mangrove.delta.io.ByteSource;
import java.io.IOException;
import java.util.List;

/** Produces the predicted bytes of pieces, the same in encoder and decoder. */
final class Predictor {
    private final List<ByteSource> bases;
    private int check;

    Predictor(List<ByteSource> bases) {
        this.bases = List.copyOf(bases);
    }

    /** Begins the check of a segment. */
    void reset() {
        check = 0;
    }

    /** Check of all base bytes read since {@link #reset}: see {@link #mix}. */
    int check() {
        return check;
    }

    /** Takes back the check of predictions that were read and not used. */
    void restore(int earlier) {
        check = earlier;
    }

    /** Checksum of several stretches are chained: rotate left by one, then exclusive-or with the CRC-32C of the next. */
    private void mix(byte[] buffer, int length) {
        check = Integer.rotateLeft(check, 1) ^ Checksum.crc32c(buffer, length);
    }

    /**
     * Reads the prediction of a piece into the buffer's start.
     *
     * @return its length: that of the piece, or that of the region's window, or 0 without a prediction
     */
    int predict(Region region, Cut cut, byte[] buffer) throws IOException {
        return switch (region.prediction()) {
            case Prediction.None none -> 0;
            case Prediction.Span span -> read(span.base(), span.offset() + cut.from(), buffer, cut.length());
            case Prediction.Window window -> read(window.base(), window.offset(), buffer, window.length());
            case Prediction.Adapted adapted -> {
                Prediction.Span weights = adapted.weights();
                int length = read(weights.base(), weights.offset() + cut.from(), buffer, cut.length());
                merge(adapted, region, cut, buffer);
                yield length;
            }
        };
    }

    private int read(int base, long offset, byte[] buffer, int length) throws IOException {
        bases.get(base).read(offset, buffer, 0, length);
        mix(buffer, length);
        return length;
    }

    private void merge(Prediction.Adapted adapted, Region region, Cut cut, byte[] buffer) throws IOException {
        if (cut.units() > 0) {
            new AdapterMerge(adapted, region, bases).apply(cut, buffer);
        }
    }
}
