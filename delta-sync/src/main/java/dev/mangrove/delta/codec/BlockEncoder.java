package dev.mangrove.delta.codec;

import java.util.Arrays;

/** Turns pairs of blocks into symbols: for counting, and for coding by a {@link DifferenceEncoder}. */
public final class BlockEncoder {
    /** Blocks coded together: their scales first, then their codes. */
    static final int CHUNK = 128;

    private final BlockModel model;
    private final int[] codes = new int[CHUNK * BlockModel.CODES];
    private final int[] wanted = new int[BlockModel.CODES];
    private final int[] contexts = new int[CHUNK * BlockModel.CODES];
    private final int[] residuals = new int[CHUNK * BlockModel.CODES];

    /** Receives a run of residuals with their contexts. */
    interface Taker {
        void take(int[] contexts, int[] residuals, int count);
    }

    /** An encoder of blocks of one kind. */
    public BlockEncoder(BlockModel model) {
        this.model = model;
    }

    /** Passes on the residuals of consecutive blocks, chunk by chunk. */
    void run(byte[] base, int baseAt, byte[] target, int targetAt, int blocks, Taker taker) {
        int size = model.blockBytes();
        for (int first = 0; first < blocks; first += CHUNK) {
            int count = Math.min(CHUNK, blocks - first);
            for (int b = 0; b < count; b++) {
                int old = BlockModel.scaleAt(base, baseAt + (first + b) * size);
                int now = BlockModel.scaleAt(target, targetAt + (first + b) * size);
                residuals[b] = BlockModel.scaleDifference(old, now);
            }
            Arrays.fill(contexts, 0, count, 0);
            taker.take(contexts, residuals, count);
            for (int b = 0; b < count; b++) {
                block(base, baseAt + (first + b) * size, target, targetAt + (first + b) * size, b * BlockModel.CODES);
            }
            taker.take(contexts, residuals, count * BlockModel.CODES);
        }
    }

    private void block(byte[] base, int baseAt, byte[] target, int targetAt, int at) {
        model.load(base, baseAt, codes, at);
        model.load(target, targetAt, wanted, 0);
        model.fill(BlockModel.scaleAt(base, baseAt), BlockModel.scaleAt(target, targetAt), codes, at, contexts);
        for (int i = 0; i < BlockModel.CODES; i++) {
            int residual = wanted[i] - (codes[at + i] >> 1);
            residuals[at + i] = (codes[at + i] & 1) == 0 ? residual : -residual;
        }
    }

    /** Counts symbols by context. */
    public void count(byte[] base, byte[] target, int blocks, int[] histogram) {
        int symbols = BlockModel.symbols();
        run(base, 0, target, 0, blocks, (contexts, residuals, count) -> {
            for (int i = 0; i < count; i++) {
                histogram[contexts[i] * symbols + MagnitudeCode.symbolOf(residuals[i])]++;
            }
        });
    }
}
