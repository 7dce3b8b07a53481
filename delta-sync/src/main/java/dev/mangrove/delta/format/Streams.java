package dev.mangrove.delta.format;

import dev.mangrove.delta.codec.BinaryDecoder;
import dev.mangrove.delta.codec.ByteBuilder;
import dev.mangrove.delta.codec.RansDecoder;
import dev.mangrove.delta.codec.RawBitReader;

/**
 * The four streams of a segment's payload: side information, symbols, raw bits, literals. The first three have their
 * lengths in front, literals are the rest.
 */
record Streams(BinaryDecoder side, RansDecoder symbols, RawBitReader extra, FieldReader literals) {
    static Streams open(byte[] payload, int length) throws MalformedDeltaException {
        if (length == 0) {
            return open(new byte[3], 3);
        }
        FieldReader in = new FieldReader(payload, 0, length, "segment");
        int side = in.smallVarint(length, "side length");
        int symbols = in.smallVarint(length, "symbol length");
        int extra = in.smallVarint(length, "raw length");
        BinaryDecoder sideDecoder = new BinaryDecoder(payload, in.skip(side), side);
        RansDecoder symbolDecoder = new RansDecoder(payload, in.skip(symbols), symbols);
        RawBitReader extraReader = new RawBitReader(payload, in.skip(extra), extra);
        return new Streams(sideDecoder, symbolDecoder, extraReader, in);
    }

    static byte[] pack(byte[] side, byte[] symbols, byte[] extra, byte[] literals) {
        ByteBuilder out = new ByteBuilder(side.length + symbols.length + extra.length + literals.length + 16);
        out.putVarint(side.length);
        out.putVarint(symbols.length);
        out.putVarint(extra.length);
        out.put(side);
        out.put(symbols);
        out.put(extra);
        out.put(literals);
        return out.toByteArray();
    }
}
