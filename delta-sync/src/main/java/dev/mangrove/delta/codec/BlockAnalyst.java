package dev.mangrove.delta.codec;

import java.io.IOException;
import java.util.Arrays;

/** Counts the symbols of an update of quantised blocks. */
public final class BlockAnalyst {
    private static final int CHUNK = 1 << 12;

    private BlockAnalyst() {}

    /** The same update without the scales in the contexts: dearer codes, and tables that cost less. */
    public static Update pooled(Update byScale, BlockModel plain) {
        if (byScale.isIdentity()) {
            return update(plain, new int[0]);
        }
        return update(plain, BlockModel.pooled(byScale.histogram()));
    }

    /** Finds what coding the update needs; {@code reader} counts in blocks. */
    public static Update analyse(BlockModel model, long blocks, PairReader reader) throws IOException {
        int[] histogram = new int[model.contexts() * BlockModel.symbols()];
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
        return update(model, changed ? histogram : new int[0]);
    }

    private static Update update(BlockModel model, int[] histogram) {
        return new Update(
                DifferenceModel.NONE,
                new RowScales(false, 0),
                RowFacts.NONE,
                model.contexts(),
                BlockModel.symbols(),
                histogram,
                Histogram.bits(histogram, BlockModel.symbols(), UpdateAnalyst.CELL_BITS));
    }
}
