package dev.mangrove.delta.codec;

import java.io.IOException;
import java.util.Arrays;

/**
 * Chooses the model of a tensor's update by coding a sample of its rows with each, and then counts the whole tensor's
 * symbols with the model chosen.
 */
public final class UpdateAnalyst {
    private static final int SAMPLE_ELEMENTS = 1 << 20;
    private static final int MIN_SKETCH_SIDE = 32;
    private static final int[] RANKS = {2, 4, 8, 16, 32};
    private static final int BLOCK_ROWS = 128;
    private static final double GIVE_UP = 1.03;
    /** Price of a table entry when tables are shared by a few tensors. */
    static final double CELL_BITS = 2;
    /** Bits of one quantised coordinate, near enough for choosing. */
    private static final double ENTRY_BITS = 4.05;

    private final ElementLayout layout;
    private final int columns;
    private final long count;
    private final PairReader reader;
    private final RowStatistics statistics;
    private final RowFacts rowsOnly;
    private final RowScales coded;
    private final RowSample sample;

    private UpdateAnalyst(ElementLayout layout, int columns, long count, PairReader reader) throws IOException {
        this.layout = layout;
        this.columns = columns;
        this.count = count;
        this.reader = reader;
        statistics = new RowStatistics(layout, columns, count, reader);
        rowsOnly = new RowFacts(statistics.classes(), new byte[0]);
        coded = new RowScales(true, statistics.meanClass());
        sample = new RowSample(layout, columns, count, statistics.classes(), SAMPLE_ELEMENTS);
    }

    /**
     * Finds the best model.
     *
     * @param columns elements of a row
     * @param count elements of the tensor
     * @param sketching whether low-rank sketches are worth their time to the caller
     */
    public static Update analyse(ElementLayout layout, int columns, long count, PairReader reader, boolean sketching)
            throws IOException {
        return new UpdateAnalyst(layout, columns, count, reader).choose(sketching);
    }

    private Update choose(boolean sketching) throws IOException {
        DifferenceModel plainModel = new DifferenceModel(layout, null);
        if (statistics.touchedRows() == 0) {
            return Update.of(plainModel, coded, rowsOnly, new int[0], 0);
        }
        sample.load(reader);
        RowScales constant = new RowScales(false, statistics.meanClass());
        double share = sample.share(statistics.touchedRows());
        double allShare = share * statistics.classes().length / statistics.touchedRows();
        double plainBits = sample.uniform(plainModel, constant.start()).bits(CELL_BITS) * allShare;
        double headers = statistics.headerBits(coded);
        double rowBits = sample.histogram(plainModel, new byte[0][]).bits(CELL_BITS) * share + headers;
        Update best = rowBits < plainBits
                ? Update.of(plainModel, coded, rowsOnly, new int[0], rowBits)
                : Update.of(plainModel, constant, RowFacts.NONE, new int[0], plainBits);
        if (sketching && columns >= MIN_SKETCH_SIDE && statistics.touchedRows() >= MIN_SKETCH_SIDE) {
            best = sketched(best, headers, share);
        }
        return counted(best);
    }

    private Update sketched(Update plain, double headers, double share) throws IOException {
        Update best = plain;
        int maxRank = Math.min(Sketch.MAX_RANK, Sketch.MAX_ENTRIES / columns);
        SketchFitter fitter = sample.fitter();
        SketchBuilder builder = new SketchBuilder(fitter.fit(maxRank), sample.rows());
        byte[][] coordinates = builder.project(fitter.columns(), builder.maxRank());
        int bestRank = 0;
        for (int rank : RANKS) {
            if (rank > builder.maxRank()) {
                break;
            }
            Sketch sketch = builder.sketch(rank);
            DifferenceModel model = new DifferenceModel(layout, sketch);
            double sideBits = headers + ENTRY_BITS * rank * (statistics.touchedRows() + (double) columns);
            double bits = sample.histogram(model, coordinates).bits(CELL_BITS) * share + sideBits;
            if (bits < best.estimatedBits()) {
                best = Update.of(model, coded, rowsOnly, new int[0], bits);
                bestRank = rank;
            } else if (bits > best.estimatedBits() * GIVE_UP) {
                break;
            }
        }
        return bestRank == 0 ? best : withCoordinates(best, builder, bestRank);
    }

    /** Projects all rows, not only those of the sample, some hundred at a time. */
    private Update withCoordinates(Update update, SketchBuilder builder, int rank) throws IOException {
        short[] classes = statistics.classes();
        byte[] left = new byte[classes.length * rank];
        RowSample all = new RowSample(layout, columns, count, classes, Long.MAX_VALUE);
        float[][] block = new float[BLOCK_ROWS][];
        int[] rows = new int[BLOCK_ROWS];
        int[] filled = new int[1];
        all.visit(reader, (row, values) -> {
            block[filled[0]] = values.clone();
            rows[filled[0]++] = row;
            if (filled[0] == BLOCK_ROWS) {
                place(builder, block, rows, filled[0], rank, left);
                filled[0] = 0;
            }
        });
        if (filled[0] > 0) {
            place(builder, Arrays.copyOf(block, filled[0]), rows, filled[0], rank, left);
        }
        return Update.of(
                update.model(), update.scales(), new RowFacts(classes, left), new int[0], update.estimatedBits());
    }

    private void place(SketchBuilder builder, float[][] block, int[] rows, int count, int rank, byte[] left) {
        byte[][] coordinates = builder.project(SketchFitter.transpose(block, columns), rank);
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < rank; j++) {
                left[rows[i] * rank + j] = coordinates[j][i];
            }
        }
    }

    private Update counted(Update update) throws IOException {
        Histogram histogram = new Histogram(update.model());
        Sketch sketch = update.model().sketch();
        int rank = sketch == null ? 0 : sketch.rank();
        int[] left = new int[Sketch.MAX_RANK];
        byte[] base = new byte[RowStatistics.CHUNK * layout.bytes()];
        byte[] target = new byte[base.length];
        int[] old = new int[RowStatistics.CHUNK];
        int[] now = new int[RowStatistics.CHUNK];
        for (long first = 0; first < count; first += RowStatistics.CHUNK) {
            int part = (int) Math.min(RowStatistics.CHUNK, count - first);
            reader.read(first, part, base, target);
            layout.load(base, 0, old, 0, part);
            layout.load(target, 0, now, 0, part);
            Piece piece = new Piece(first, part, columns);
            for (int at = 0; at < part; at += piece.runFrom(at)) {
                int row = (int) piece.rowOf(at);
                int rowClass = update.scales().coded()
                        ? update.facts().classOf(row)
                        : update.scales().start();
                if (rowClass >= 0) {
                    update.facts().copyLeft(row, rank, left);
                    histogram.add(old, now, at, piece.runFrom(at), rowClass, left, piece.columnOf(at));
                }
            }
        }
        return Update.of(update.model(), update.scales(), update.facts(), histogram.counts(), update.estimatedBits());
    }

    /** Receives a row of an update, divided by its scale. */
    interface RowVisitor {
        void visit(int row, float[] values);
    }
}
