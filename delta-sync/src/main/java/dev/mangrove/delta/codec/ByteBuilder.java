package dev.mangrove.delta.codec;

import java.util.Arrays;

/** A growing byte array with the few appends that the coders need. */
public final class ByteBuilder {
    private byte[] bytes;
    private int size;

    /** An empty builder. */
    public ByteBuilder(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    /** Appends the low eight bits. */
    public void put(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    /** Appends a range of another array. */
    public void put(byte[] source, int from, int length) {
        ensure(length);
        System.arraycopy(source, from, bytes, size, length);
        size += length;
    }

    /** Appends a whole array. */
    public void put(byte[] source) {
        put(source, 0, source.length);
    }

    /** Appends four bytes, least significant first. */
    public void putInt(int value) {
        ensure(4);
        LittleEndian.INT.set(bytes, size, value);
        size += 4;
    }

    /** Appends an unsigned number in groups of seven bits, least significant first. */
    public void putVarint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            put((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        put((int) rest);
    }

    /** Appends a signed number as a zigzag varint. */
    public void putSigned(long value) {
        putVarint((value << 1) ^ (value >> 63));
    }

    /** Bytes so far. */
    public int size() {
        return size;
    }

    /** A copy of the bytes so far. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void ensure(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
