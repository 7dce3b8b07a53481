package dev.mangrove.observe;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** A number that only grows, for each combination of label values. Safe for any thread. */
public final class Counter implements Metric {
    /** More combinations of label values than that are counted together, under {@code other}. */
    static final int MAX_SERIES = 500;

    private final Description description;
    private final List<String> others;
    private final Map<List<String>, LongAdder> series = new ConcurrentHashMap<>();

    Counter(Description description) {
        this.description = description;
        this.others = Collections.nCopies(description.labels().size(), "other");
        if (description.labels().isEmpty()) {
            series.put(List.of(), new LongAdder());
        }
    }

    /** Counts; label values in the order of the labels. */
    public void add(long amount, String... labelValues) {
        if (labelValues.length != description.labels().size() || amount < 0) {
            throw new IllegalArgumentException(description.name() + " wants values for " + description.labels());
        }
        List<String> key = List.of(labelValues);
        LongAdder value = series.get(key);
        if (value == null) {
            value = series.computeIfAbsent(series.size() < MAX_SERIES ? key : others, k -> new LongAdder());
        }
        value.add(amount);
    }

    /** The count for these label values. */
    public long value(String... labelValues) {
        LongAdder value = series.get(List.of(labelValues));
        return value == null ? 0 : value.sum();
    }

    @Override
    public void writeTo(StringBuilder text) {
        description.writeTo(text);
        Map<String, Long> lines = new TreeMap<>();
        series.forEach((values, count) -> lines.put(description.series(values), count.sum()));
        lines.forEach((labels, count) -> text.append(description.name())
                .append(labels)
                .append(' ')
                .append(count)
                .append('\n'));
    }
}
