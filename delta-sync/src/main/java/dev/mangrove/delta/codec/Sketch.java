package dev.mangrove.delta.codec;

/**
 * The right-hand factor of a low-rank sketch of an update: what all rows of a tensor share.
 *
 * <p>The prediction for row r and column c is {@code sum over j of U[r][j] * weight[j] * V[j][c]}, an exact integer,
 * times {@code scale}: the update in units of the row's scale.
 *
 * @param scale the unit of the integer predictions
 * @param weights relative scale of each component, 1 to 1024
 * @param columns V by component, then column; every entry in [-60, 59]
 */
public record Sketch(float scale, int[] weights, int[][] columns) {
    /** Largest number of components. */
    public static final int MAX_RANK = 32;
    /** Largest number of entries of V: two megabytes in memory. */
    public static final int MAX_ENTRIES = 1 << 19;

    static final int LOWEST = -60;
    static final int HIGHEST = 59;
    static final int ENTRY_BITS = 7;

    /** Checks the sizes and takes ownership of the arrays. */
    public Sketch {
        if (weights.length == 0 || weights.length > MAX_RANK || weights.length != columns.length) {
            throw new IllegalArgumentException("rank " + weights.length);
        }
        if ((long) columns[0].length * weights.length > MAX_ENTRIES) {
            throw new IllegalArgumentException("sketch of " + columns[0].length + " columns");
        }
    }

    /** Number of components. */
    public int rank() {
        return weights.length;
    }

    /** Columns of the matrix. */
    public int width() {
        return columns[0].length;
    }

    /** The bytes that carry the sketch. */
    public byte[] encode() {
        BinaryEncoder out = new BinaryEncoder();
        int[] models = BitModels.create(1 << ENTRY_BITS);
        for (int[] component : columns) {
            for (int entry : component) {
                out.encodeTree(models, 0, ENTRY_BITS, entry - LOWEST);
            }
        }
        ByteBuilder bytes = new ByteBuilder(1024);
        bytes.putInt(Float.floatToRawIntBits(scale));
        for (int weight : weights) {
            bytes.put(weight - 1);
            bytes.put((weight - 1) >>> 8);
        }
        bytes.put(out.finish());
        return bytes.toByteArray();
    }

    /** Bytes before the entries in an encoded sketch of the rank. */
    public static int headerBytes(int rank) {
        return 4 + 2 * rank;
    }

    /**
     * Decodes a sketch; any entries are usable.
     *
     * @throws IllegalArgumentException if the shape is out of bounds or the bytes are too few for the header
     */
    public static Sketch decode(int rank, int width, byte[] bytes, int from, int length) {
        if (rank < 1 || rank > MAX_RANK || width < 1 || (long) rank * width > MAX_ENTRIES) {
            throw new IllegalArgumentException("sketch of rank " + rank + " and " + width + " columns");
        }
        int header = headerBytes(rank);
        if (length < header) {
            throw new IllegalArgumentException("sketch of " + length + " bytes");
        }
        int[] weights = new int[rank];
        for (int j = 0; j < rank; j++) {
            weights[j] = 1 + ((char) LittleEndian.SHORT.get(bytes, from + 4 + 2 * j) & 1023);
        }
        BinaryDecoder in = new BinaryDecoder(bytes, from + header, length - header);
        int[] models = BitModels.create(1 << ENTRY_BITS);
        int[][] columns = new int[rank][width];
        for (int[] component : columns) {
            for (int c = 0; c < width; c++) {
                component[c] = entryOf(in.decodeTree(models, 0, ENTRY_BITS));
            }
        }
        return new Sketch(Float.intBitsToFloat((int) LittleEndian.INT.get(bytes, from)), weights, columns);
    }

    static int entryOf(int coded) {
        return Math.min(HIGHEST, coded + LOWEST);
    }
}
