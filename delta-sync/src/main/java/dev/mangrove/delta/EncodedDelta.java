package dev.mangrove.delta;

/**
 * The result of encoding, apart from the body.
 *
 * @param front the bytes that stand before the body
 */
public record EncodedDelta(byte[] front, DeltaSummary summary) {}
