package dev.mangrove.delta.codec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Evenly spread rows among those that changed, and how well a model codes them. */
final class RowSample {
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

    /** How many times the sample the whole is, in touched rows. */
    double share(int touchedRows) {
        return (double) touchedRows / chosen.length;
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
            int width = (int) Math.min(columns, count - (long) row * columns);
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

    /** Symbols of the sample under a model that has a class for each row, with the rows' coordinates if sketched. */
    Histogram histogram(DifferenceModel model, @Nullable SketchBuilder builder, int rank) {
        Histogram histogram = new Histogram(model);
        byte[] left = new byte[Sketch.MAX_RANK];
        int[] coordinates = new int[Sketch.MAX_RANK];
        for (int i = 0; i < chosen.length; i++) {
            if (builder != null) {
                builder.project(values[i], left, 0, rank);
                for (int j = 0; j < rank; j++) {
                    coordinates[j] = left[j];
                }
            }
            int width = (int) Math.min(columns, count - (long) chosen[i] * columns);
            histogram.add(bases.get(i), targets.get(i), 0, width, classes[chosen[i]], coordinates, 0);
        }
        return histogram;
    }

    /** Symbols of the sample under a model with one class for all rows. */
    Histogram untouchedIncluded(DifferenceModel model, int rowClass) {
        Histogram histogram = new Histogram(model);
        for (int i = 0; i < chosen.length; i++) {
            int width = (int) Math.min(columns, count - (long) chosen[i] * columns);
            histogram.add(bases.get(i), targets.get(i), 0, width, rowClass, new int[0], 0);
        }
        return histogram;
    }
}
