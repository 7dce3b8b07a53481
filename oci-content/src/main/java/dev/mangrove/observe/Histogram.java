package dev.mangrove.observe;

import java.util.Arrays;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** How observed values are spread. Safe for any thread. */
public final class Histogram implements Metric {
    private final Description description;
    private final double[] bounds;
    private final LongAdder[] counts;
    private final DoubleAdder sum = new DoubleAdder();

    Histogram(Description description, double[] bounds) {
        this.description = description;
        this.bounds = bounds;
        this.counts = new LongAdder[bounds.length + 1];
        Arrays.setAll(counts, i -> new LongAdder());
    }

    /** Counts one value. */
    public void observe(double value) {
        int bucket = 0;
        while (bucket < bounds.length && value > bounds[bucket]) {
            bucket++;
        }
        counts[bucket].increment();
        sum.add(value);
    }

    /** How many values were observed. */
    public long count() {
        return Arrays.stream(counts).mapToLong(LongAdder::sum).sum();
    }

    @Override
    public void writeTo(StringBuilder text) {
        description.writeTo(text);
        long below = 0;
        for (int i = 0; i < counts.length; i++) {
            below += counts[i].sum();
            text.append(description.name()).append("_bucket{le=\"");
            if (i < bounds.length) {
                Metric.number(text, bounds[i]);
            } else {
                text.append("+Inf");
            }
            text.append("\"} ").append(below).append('\n');
        }
        text.append(description.name()).append("_sum ").append(sum.sum()).append('\n');
        text.append(description.name()).append("_count ").append(below).append('\n');
    }
}
