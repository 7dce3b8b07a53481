package dev.mangrove.observe;

import java.util.List;
import java.util.regex.Pattern;

/** One metric with all its series. */
sealed interface Metric permits Counter, Histogram, Gauge, Gauges, Info {
    /** Adds the lines of the text format. */
    void writeTo(StringBuilder text);

    /** What the metric is called and means. */
    record Description(String name, String help, String type, List<String> labels) {
        private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

        public Description {
            if (!NAME.matcher(name).matches()
                    || !labels.stream().allMatch(label -> NAME.matcher(label).matches())) {
                throw new IllegalArgumentException("not names for a metric and its labels: " + name + labels);
            }
            labels = List.copyOf(labels);
        }

        void writeTo(StringBuilder text) {
            text.append("# HELP ").append(name).append(' ').append(help).append('\n');
            text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        }

        /** Label values, in the order of the labels, as they stand between a name and its number. */
        String series(List<String> values) {
            if (values.isEmpty()) {
                return "";
            }
            StringBuilder text = new StringBuilder("{");
            for (int i = 0; i < values.size(); i++) {
                text.append(i == 0 ? "" : ",").append(labels.get(i)).append("=\"");
                text.append(values.get(i)
                        .replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n"));
                text.append('"');
            }
            return text.append('}').toString();
        }
    }

    /** A number without a needless fraction. */
    static void number(StringBuilder text, double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            text.append((long) value);
        } else {
            text.append(value);
        }
    }
}
