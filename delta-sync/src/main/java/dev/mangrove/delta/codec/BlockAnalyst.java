package dev.mangrove.delta.codec;

import java.io.IOException;
import java.util.Arrays;

/** Counts the symbols of an update of quantised blocks. */
public final class BlockAnalyst {
    private static final int CHUNK = 1 << 12;

    private BlockAnalyst() {}

    /** Finds what coding the update needs; {@code reader} counts in blocks. */
    public static Update analyse(BlockModel model, long blocks, PairReader reader) throws IOException {
        int[] histogram = new int[BlockModel.contexts() * BlockModel.symbols()];
        byte[] base = new byte[CHUNK * model.blockBytes()];
        byte[] target = new byte[base.length];
        BlockEncoder encoder = new BlockEncoder(model);
        boolean changed = false;
        for (long first = 0; first < blocks; first += CHUNK) {
            int count = (int) Math.min(CHUNK, blocks - first);
            reader.read(first, count, base, target);
            int bytes = count * model.blockBytes();
            changed |= !Arrays.equals(base, 0, bytes, target, 0, bytes);
            encoder.count(base, target, count, histogram);
        }
        return new Update(
                DifferenceModel.NONE,
                new RowScales(false, 0),
                RowFacts.NONE,
                BlockModel.contexts(),
                BlockModel.symbols(),
                changed ? histogram : new int[0],
                0);
    }
}
