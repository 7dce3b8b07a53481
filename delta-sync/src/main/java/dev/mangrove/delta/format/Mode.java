package dev.mangrove.delta.format;

import java.util.Optional;

/** How a piece is coded. The codes are part of the format. */
public enum Mode {
    /** The predicted bytes as they are. */
    COPY(0),
    /** Literal bytes. */
    RAW(1),
    /** One zstd frame, with the predicted bytes as its dictionary if there are any. */
    ZSTD(2),
    /** Differences from the predicted elements or quantised blocks under the region's model. */
    DIFFERENCE(3),
    /** Ordered-integer differences from the predicted elements as zigzag byte planes in one zstd frame. */
    PLANES(4),
    /** Elements without a base: byte planes, order-0. */
    SPLIT(5);

    private final int code;

    Mode(int code) {
        this.code = code;
    }

    /** The number that stands for the mode in a delta. */
    public int code() {
        return code;
    }

    /** The mode of a number, if there is one. */
    public static Optional<Mode> of(int code) {
        return code >= 0 && code < values().length ? Optional.of(values()[code]) : Optional.empty();
    }

    /** Whether decoding needs the predicted bytes. */
    public boolean usesPrediction() {
        return this == COPY || this == ZSTD || this == DIFFERENCE || this == PLANES;
    }
}
