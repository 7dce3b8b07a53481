package dev.mangrove.delta.codec;

/**
 * Decodes pieces of ordered-integer differences from the streams of one segment, in the order they were encoded.
 * Works in chunks of {@value #CHUNK} elements: 50 kB whatever the size of the piece.
 */
public final class DifferenceDecoder {
    /**
     * Elements decoded together; a multiple of the lanes of the entropy coder, and few enough that what is between two
     * stages stays in the first cache.
     */
    static final int CHUNK = 1024;

    private final BinaryDecoder side;
    private final RansDecoder symbols;
    private final RawBitReader extra;

    private final int[] bits = new int[CHUNK];
    private final int[] contexts = new int[CHUNK];
    private final int[] predictions = new int[CHUNK];
    private final byte[] decoded = new byte[CHUNK];
    private final int[] residuals = new int[CHUNK];
    private final Workspace work = new Workspace();
    private final int[] left = new int[Sketch.MAX_RANK];
    private final int[] partTargets = new int[CHUNK];
    private final int[] partCounts = new int[CHUNK];
    private int parts;
    private int filled;

    /** Decodes from the three streams of a segment. */
    public DifferenceDecoder(BinaryDecoder side, RansDecoder symbols, RawBitReader extra) {
        this.side = side;
        this.symbols = symbols;
        this.extra = extra;
    }

    /**
     * Decodes one piece.
     *
     * @param base holds the base's elements from {@code baseAt} on
     * @param target receives the elements from {@code targetAt} on
     */
    public void decode(
            DifferenceModel model,
            RowScales scales,
            SymbolTables tables,
            Piece piece,
            byte[] base,
            int baseAt,
            byte[] target,
            int targetAt) {
        RowCode rows = new RowCode(scales);
        int size = model.layout().bytes();
        Sketch sketch = model.sketch();
        int rank = sketch == null ? 0 : sketch.rank();
        for (int element = 0; element < piece.count(); ) {
            int run = piece.runFrom(element);
            int rowClass = scales.start();
            if (scales.coded()) {
                if (!rows.decodeTouched(side)) {
                    System.arraycopy(base, baseAt + element * size, target, targetAt + element * size, run * size);
                    element += run;
                    continue;
                }
                rowClass = rows.decodeClass(side);
            }
            rows.decodeLeft(side, left, rank);
            int end = element + run;
            while (element < end) {
                int part = Math.min(end - element, CHUNK - filled);
                model.layout().load(base, baseAt + element * size, bits, filled, part);
                model.fill(bits, filled, part, rowClass, work, left, piece.columnOf(element), contexts, predictions);
                partTargets[parts] = targetAt + element * size;
                partCounts[parts++] = part;
                filled += part;
                element += part;
                if (filled == CHUNK) {
                    flush(model.layout(), tables, target);
                }
            }
        }
        flush(model.layout(), tables, target);
    }

    private void flush(ElementLayout layout, SymbolTables tables, byte[] target) {
        symbols.decode(tables, contexts, decoded, filled);
        extra.complete(decoded, residuals, filled);
        layout.restore(bits, predictions, residuals, filled);
        int at = 0;
        for (int part = 0; part < parts; part++) {
            layout.store(bits, at, target, partTargets[part], partCounts[part]);
            at += partCounts[part];
        }
        parts = 0;
        filled = 0;
    }
}
