package dev.mangrove.observe;

import java.util.List;

/** What does not change while the process runs, told by label values; the number is always 1. */
record Info(Description description, List<String> values) implements Metric {
    Info {
        values = List.copyOf(values);
    }

    @Override
    public void writeTo(StringBuilder text) {
        description.writeTo(text);
        text.append(description.name()).append(description.series(values)).append(" 1\n");
    }
}
