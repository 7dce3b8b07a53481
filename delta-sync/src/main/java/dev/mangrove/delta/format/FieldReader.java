package dev.mangrove.delta.format;

import java.util.Arrays;

/** Reads the fields of a block, checking that they are there and in range. */
final class FieldReader {
    private final byte[] bytes;
    private final String what;
    private int next;
    private final int end;

    FieldReader(byte[] bytes, int from, int length, String what) {
        this.bytes = bytes;
        this.next = from;
        this.end = from + length;
        this.what = what;
    }

    int position() {
        return next;
    }

    int remaining() {
        return end - next;
    }

    /** A reader of another stretch of the same block. */
    FieldReader at(int from, int length) {
        return new FieldReader(bytes, from, length, what);
    }

    int uint8() throws MalformedDeltaException {
        need(1);
        return bytes[next++] & 0xff;
    }

    int int32() throws MalformedDeltaException {
        int value = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            value |= uint8() << shift;
        }
        return value;
    }

    /** An unsigned number of at most {@code limit}. */
    long varint(long limit, String field) throws MalformedDeltaException {
        long value = raw(field);
        if (value < 0 || value > limit) {
            throw malformed(field + " " + value);
        }
        return value;
    }

    int smallVarint(int limit, String field) throws MalformedDeltaException {
        return (int) varint(limit, field);
    }

    long signed(String field) throws MalformedDeltaException {
        long value = raw(field);
        return (value >>> 1) ^ -(value & 1);
    }

    private long raw(String field) throws MalformedDeltaException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int group = uint8();
            value |= (long) (group & 0x7f) << shift;
            if (group < 0x80) {
                return value;
            }
        }
        throw malformed("endless " + field);
    }

    byte[] array(int length) throws MalformedDeltaException {
        int from = skip(length);
        return Arrays.copyOfRange(bytes, from, from + length);
    }

    /** Passes over some bytes and returns where they begin. */
    int skip(int length) throws MalformedDeltaException {
        need(length);
        int from = next;
        next += length;
        return from;
    }

    /** Copies the next bytes into another array. */
    void copy(byte[] into, int at, int length) throws MalformedDeltaException {
        System.arraycopy(bytes, skip(length), into, at, length);
    }

    MalformedDeltaException malformed(String problem) {
        return new MalformedDeltaException(what + ": " + problem, next);
    }

    private void need(int length) throws MalformedDeltaException {
        if (length < 0 || length > end - next) {
            throw malformed("ends early");
        }
    }
}
