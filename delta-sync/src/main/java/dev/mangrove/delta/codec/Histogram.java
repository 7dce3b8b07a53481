package dev.mangrove.delta.codec;

/** Counts the symbols that a model produces, by context. */
final class Histogram {
    private static final int CHUNK = DifferenceDecoder.CHUNK;

    private final DifferenceModel model;
    private final int symbols;
    private final int[] counts;
    private final int[] contexts = new int[CHUNK];
    private final int[] predictions = new int[CHUNK];
    private final int[] bits = new int[CHUNK];
    private final int[] wanted = new int[CHUNK];
    private final int[] residuals = new int[CHUNK];
    private final Workspace work = new Workspace();
    private long extraBits;

    Histogram(DifferenceModel model) {
        this.model = model;
        this.symbols = model.layout().symbols();
        this.counts = new int[model.contexts() * symbols];
    }

    int[] counts() {
        return counts;
    }

    /** Counts a part of a row. */
    void add(int[] base, int[] target, int at, int count, int rowClass, int[] left, int column) {
        for (int done = 0; done < count; ) {
            int part = Math.min(CHUNK, count - done);
            System.arraycopy(base, at + done, bits, 0, part);
            System.arraycopy(target, at + done, wanted, 0, part);
            model.fill(bits, 0, part, rowClass, work, left, column + done, contexts, predictions);
            model.layout().residuals(bits, wanted, predictions, residuals, part);
            for (int i = 0; i < part; i++) {
                int symbol = MagnitudeCode.symbolOf(residuals[i]);
                extraBits += MagnitudeCode.EXTRA[symbol];
                counts[contexts[i] * symbols + symbol]++;
            }
            done += part;
        }
    }

    /** Bits of everything counted, with tables made for it; {@code cellBits} is the price of a table entry. */
    double bits(double cellBits) {
        return extraBits + bits(counts, symbols, cellBits);
    }

    /** Bits of symbols counted by context, without the raw bits. */
    static double bits(int[] counts, int symbols, double cellBits) {
        double bits = 0;
        for (int context = 0; context < counts.length; context += symbols) {
            long total = 0;
            double sum = 0;
            for (int i = context; i < context + symbols; i++) {
                if (counts[i] > 0) {
                    total += counts[i];
                    sum += counts[i] * Math.log(counts[i]);
                    bits += cellBits;
                }
            }
            if (total > 0) {
                bits += (total * Math.log((double) total) - sum) / Math.log(2);
            }
        }
        return bits;
    }
}
