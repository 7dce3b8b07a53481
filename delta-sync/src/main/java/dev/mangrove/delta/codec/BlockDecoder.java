package dev.mangrove.delta.codec;

import java.util.Arrays;

/** The mirror of {@link BlockEncoder}: decodes blocks from the symbols of a segment. */
public final class BlockDecoder {
    private static final int CHUNK = BlockEncoder.CHUNK;

    private final RansDecoder symbols;
    private final RawBitReader extra;
    private final int[] codes = new int[CHUNK * BlockModel.CODES];
    private final int[] contexts = new int[CHUNK * BlockModel.CODES];
    private final byte[] decoded = new byte[CHUNK * BlockModel.CODES];

    /** Decodes from two streams of a segment. */
    public BlockDecoder(RansDecoder symbols, RawBitReader extra) {
        this.symbols = symbols;
        this.extra = extra;
    }

    /** Decodes consecutive blocks. */
    public void decode(
            BlockModel model, SymbolTables tables, byte[] base, int baseAt, byte[] target, int targetAt, int blocks) {
        int size = model.blockBytes();
        for (int first = 0; first < blocks; first += CHUNK) {
            int count = Math.min(CHUNK, blocks - first);
            chunk(model, tables, base, baseAt + first * size, target, targetAt + first * size, count);
        }
    }

    private void chunk(
            BlockModel model, SymbolTables tables, byte[] base, int baseAt, byte[] target, int targetAt, int count) {
        int size = model.blockBytes();
        Arrays.fill(contexts, 0, count, 0);
        symbols.decode(tables, contexts, decoded, count);
        for (int b = 0; b < count; b++) {
            int old = BlockModel.scaleAt(base, baseAt + b * size);
            BlockModel.putScale(target, targetAt + b * size, BlockModel.movedScale(old, value(b)));
        }
        for (int b = 0; b < count; b++) {
            int from = baseAt + b * size;
            int now = BlockModel.scaleAt(target, targetAt + b * size);
            model.load(base, from, codes, b * BlockModel.CODES);
            model.fill(BlockModel.scaleAt(base, from), now, codes, b * BlockModel.CODES, contexts);
        }
        symbols.decode(tables, contexts, decoded, count * BlockModel.CODES);
        for (int i = 0; i < count * BlockModel.CODES; i++) {
            int residual = value(i);
            codes[i] = (codes[i] >> 1) + ((codes[i] & 1) == 0 ? residual : -residual);
        }
        for (int b = 0; b < count; b++) {
            model.store(codes, b * BlockModel.CODES, target, targetAt + b * size);
        }
    }

    private int value(int index) {
        int symbol = decoded[index];
        if (symbol == 0) {
            return 0;
        }
        int extraBits = MagnitudeCode.extraBits(symbol);
        return MagnitudeCode.valueOf(symbol, extraBits == 0 ? 0 : extra.read(extraBits));
    }
}
