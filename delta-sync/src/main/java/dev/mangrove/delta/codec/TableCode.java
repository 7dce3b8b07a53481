package dev.mangrove.delta.codec;

/**
 * Carries {@link SymbolTables} in a few hundred bytes.
 *
 * <p>A frequency is sent as a weight of four significant bits: its bit length under the bit length the same symbol had
 * in the context before (neighbouring contexts look alike), then three raw-ish bits. Four bits cost less than a
 * thousandth of the data in precision. Both sides turn the weights into frequencies by {@link #normalise}.
 */
public final class TableCode {
    /** No coder of this format has more contexts. */
    public static final int MAX_CONTEXTS = 1024;

    private static final int LENGTH_BITS = 4;
    private static final int LENGTH_MODELS = 16 * 3 * 3;

    private final int[] lengths = BitModels.create(LENGTH_MODELS << LENGTH_BITS);
    private final int[] mantissas = BitModels.create(16 * 8);
    private final int[] used = BitModels.create(2);

    private final int contexts;
    private final int symbols;
    private final int[] weights;

    private TableCode(int contexts, int symbols, int[] weights) {
        this.contexts = contexts;
        this.symbols = symbols;
        this.weights = weights;
    }

    /** What the encoder gets: the bytes to send and the tables that the decoder will see. */
    public record Coded(byte[] bytes, SymbolTables tables) {}

    /** Codes the tables that fit a histogram laid out by context, then symbol. */
    public static Coded encode(int contexts, int symbols, int[] histogram) {
        int[] weights = new int[contexts * symbols];
        for (int context = 0; context < contexts; context++) {
            weigh(histogram, context * symbols, symbols, weights);
        }
        TableCode code = new TableCode(contexts, symbols, weights);
        BinaryEncoder out = new BinaryEncoder();
        code.encodeAll(out);
        return new Coded(out.finish(), code.tables());
    }

    /** Decodes tables; any input gives usable tables. */
    public static SymbolTables decode(int contexts, int symbols, byte[] bytes, int from, int length) {
        TableCode code = new TableCode(contexts, symbols, new int[contexts * symbols]);
        code.decodeAll(new BinaryDecoder(bytes, from, length));
        return code.tables();
    }

    private static void weigh(int[] histogram, int from, int symbols, int[] weights) {
        long total = 0;
        for (int i = from; i < from + symbols; i++) {
            total += histogram[i];
        }
        for (int i = from; i < from + symbols; i++) {
            if (histogram[i] > 0) {
                int weight = (int) Math.max(1, (histogram[i] * (long) SymbolTables.TOTAL + total / 2) / total);
                int drop = Math.max(0, 28 - Integer.numberOfLeadingZeros(weight));
                int rounded = (weight + (drop == 0 ? 0 : 1 << (drop - 1))) >> drop << drop;
                weights[i] = Math.min(rounded, SymbolTables.TOTAL);
            }
        }
    }

    private void encodeAll(BinaryEncoder out) {
        int previous = -1;
        for (int context = 0; context < contexts; context++) {
            boolean present = !isEmpty(context);
            out.encode(used, previous < 0 || previous == context - 1 ? 1 : 0, present ? 1 : 0);
            if (present) {
                for (int symbol = 0; symbol < symbols; symbol++) {
                    encodeWeight(out, modelOf(context, previous, symbol), weights[context * symbols + symbol]);
                }
                previous = context;
            }
        }
    }

    private void encodeWeight(BinaryEncoder out, int model, int weight) {
        int length = bitLength(weight);
        out.encodeTree(lengths, model << LENGTH_BITS, LENGTH_BITS, length);
        if (length > 1) {
            int bits = Math.min(3, length - 1);
            out.encodeTree(mantissas, length * 8, bits, (weight >> (length - 1 - bits)) & ((1 << bits) - 1));
        }
    }

    private void decodeAll(BinaryDecoder in) {
        int previous = -1;
        for (int context = 0; context < contexts; context++) {
            if (in.decode(used, previous < 0 || previous == context - 1 ? 1 : 0) == 0) {
                continue;
            }
            for (int symbol = 0; symbol < symbols; symbol++) {
                weights[context * symbols + symbol] = decodeWeight(in, modelOf(context, previous, symbol));
            }
            previous = context;
        }
    }

    private int decodeWeight(BinaryDecoder in, int model) {
        int length = in.decodeTree(lengths, model << LENGTH_BITS, LENGTH_BITS);
        if (length < 2) {
            return length;
        }
        int bits = Math.min(3, length - 1);
        int top = 1 << bits | in.decodeTree(mantissas, length * 8, bits);
        return Math.min(SymbolTables.TOTAL, top << (length - 1 - bits));
    }

    /** The same symbol's length in the context before, and whether the two symbols before grew or shrank against it. */
    private int modelOf(int context, int previous, int symbol) {
        int above = previous < 0 ? 0 : length(previous, symbol);
        int one = symbol < 1 ? 1 : trend(context, previous, symbol - 1);
        int two = symbol < 2 ? 1 : trend(context, previous, symbol - 2);
        return (above * 3 + one) * 3 + two;
    }

    private int trend(int context, int previous, int symbol) {
        int above = previous < 0 ? 0 : length(previous, symbol);
        return 1 + Integer.signum(length(context, symbol) - above);
    }

    private int length(int context, int symbol) {
        return bitLength(weights[context * symbols + symbol]);
    }

    private static int bitLength(int weight) {
        return 32 - Integer.numberOfLeadingZeros(weight);
    }

    private boolean isEmpty(int context) {
        for (int i = context * symbols; i < (context + 1) * symbols; i++) {
            if (weights[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private SymbolTables tables() {
        int[] frequencies = new int[weights.length];
        for (int context = 0; context < contexts; context++) {
            normalise(weights, context * symbols, symbols, frequencies);
        }
        return new SymbolTables(contexts, symbols, frequencies);
    }

    /**
     * Scales the weights of one context to a sum of 4096: each gets {@code max(1, weight * 4096 / sum)}; what is
     * missing or too much is then settled one by one with the symbol that is largest at that moment, the first of
     * equals.
     */
    private static void normalise(int[] weights, int from, int symbols, int[] frequencies) {
        long sum = 0;
        for (int i = from; i < from + symbols; i++) {
            sum += weights[i];
        }
        if (sum == 0) {
            return;
        }
        int given = 0;
        for (int i = from; i < from + symbols; i++) {
            if (weights[i] > 0) {
                frequencies[i] = (int) Math.max(1, weights[i] * (long) SymbolTables.TOTAL / sum);
                given += frequencies[i];
            }
        }
        while (given != SymbolTables.TOTAL) {
            int step = given < SymbolTables.TOTAL ? 1 : -1;
            frequencies[largest(frequencies, from, symbols)] += step;
            given += step;
        }
    }

    private static int largest(int[] values, int from, int count) {
        int best = from;
        for (int i = from + 1; i < from + count; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }
}
