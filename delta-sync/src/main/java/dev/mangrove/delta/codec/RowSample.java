package dev.mangrove.delta.codec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Evenly spread rows among those that changed, and how well a model codes them. */
final class RowSample {
    private static final long COUNTED_ELEMENTS = 1 << 18;

    private final ElementLayout layout;
    private final int columns;
    private final long count;
    private final short[] classes;
    private final int[] chosen;
    private final List<int[]> bases = new ArrayList<>();
    private final List<int[]> targets = new ArrayList<>();
    private float[][] values = {};

    RowSample(ElementLayout layout, int columns, long count, short[] classes, long maxElements) {
        this.layout = layout;
        this.columns = columns;
        this.count = count;
        this.classes = classes;
        this.chosen = choose(maxElements);
    }

    private int[] choose(long maxElements) {
        int[] touched = new int[classes.length];
        int found = 0;
        for (int row = 0; row < classes.length; row++) {
            if (classes[row] >= 0) {
                touched[found++] = row;
            }
        }
        int wanted = (int) Math.min(found, Math.max(1, maxElements / columns));
        int[] rows = new int[wanted];
        for (int i = 0; i < wanted; i++) {
            rows[i] = touched[(int) ((long) i * found / wanted)];
        }
        return rows;
    }

    int rows() {
        return chosen.length;
    }

    /** How many times the counted rows of the sample the whole is, in touched rows. */
    double share(int touchedRows) {
        return (double) touchedRows / Math.ceilDiv(chosen.length, step());
    }

    /** Large samples are counted only in part: fitting a row space needs more rows than choosing among models. */
    private int step() {
        return Math.clamp((long) chosen.length * columns / COUNTED_ELEMENTS, 1, 8);
    }

    /** Keeps the rows in memory for {@link #histogram} and {@link #fitter}. */
    void load(PairReader reader) throws IOException {
        values = new float[chosen.length][];
        int[] next = {0};
        visit(reader, (row, line) -> values[next[0]++] = line.clone());
    }

    private boolean isKept() {
        return values.length > 0;
    }

    /** Reads every chosen row; the array passed on is used again. */
    void visit(PairReader reader, UpdateAnalyst.RowVisitor visitor) throws IOException {
        byte[] base = new byte[columns * layout.bytes()];
        byte[] target = new byte[base.length];
        float[] line = new float[columns];
        float[] old = new float[columns];
        for (int row : chosen) {
            int width = width(row);
            int[] baseBits = new int[columns];
            int[] targetBits = new int[columns];
            reader.read((long) row * columns, width, base, target);
            layout.load(base, 0, baseBits, 0, width);
            layout.load(target, 0, targetBits, 0, width);
            layout.toFloats(baseBits, 0, width, old, 0);
            layout.toFloats(targetBits, 0, width, line, 0);
            double unit = Math.pow(2, layout.unitLog2() - classes[row] / 2.0);
            for (int c = 0; c < width; c++) {
                line[c] = (float) ((line[c] - old[c]) * unit);
            }
            if (isKept()) {
                bases.add(baseBits);
                targets.add(targetBits);
            }
            visitor.visit(row, line);
        }
    }

    SketchFitter fitter() {
        return new SketchFitter(values, columns);
    }

    /**
     * Symbols of the sample under a model that has a class for each row.
     *
     * @param coordinates of the rows, by component, then row; without components for a model without sketch
     */
    Histogram histogram(DifferenceModel model, byte[][] coordinates) {
        Histogram histogram = new Histogram(model);
        Sketch sketch = model.sketch();
        int rank = sketch == null ? 0 : sketch.rank();
        int[] left = new int[Sketch.MAX_RANK];
        for (int i = 0; i < chosen.length; i += step()) {
            for (int j = 0; j < rank; j++) {
                left[j] = coordinates[j][i];
            }
            histogram.add(bases.get(i), targets.get(i), 0, width(chosen[i]), classes[chosen[i]], left, 0);
        }
        return histogram;
    }

    /** Symbols of the sample under a model with one class for all rows. */
    Histogram uniform(DifferenceModel model, int rowClass) {
        Histogram histogram = new Histogram(model);
        for (int i = 0; i < chosen.length; i += step()) {
            histogram.add(bases.get(i), targets.get(i), 0, width(chosen[i]), rowClass, new int[0], 0);
        }
        return histogram;
    }

    /** Columns of a row; the last one may be short. */
    private int width(int row) {
        return (int) Math.min(columns, count - (long) row * columns);
    }
}
