package dev.mangrove.e2e.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A table: a case in each row, a server in each column, medians of the rounds; the first server is what is compared. */
final class Comparison {
    private static final int SMALL = 64 * 1024;

    private final String title;
    private final List<Contender> all;
    private final PrintStream out;
    private final List<Row> rows = new ArrayList<>();

    Comparison(String title, List<Contender> all, PrintStream out) {
        this.title = title;
        this.all = all;
        this.out = out;
    }

    /** One case. */
    final class Row {
        private final String name;
        private final int size;
        private final Map<String, List<Double>> rates = new LinkedHashMap<>();
        private final Map<String, List<Double>> costs = new LinkedHashMap<>();

        private Row(String name, int size) {
            this.name = name;
            this.size = size;
        }

        void add(Contender each, Pulls.Result result, double cpuSeconds) {
            rates.computeIfAbsent(each.name(), _ -> new ArrayList<>()).add(result.perSecond());
            costs.computeIfAbsent(each.name(), _ -> new ArrayList<>()).add(cpuSeconds / result.answers());
        }

        private String rate(String who) {
            double perSecond = median(rates.get(who));
            return size < SMALL ? format("%.0f/s", perSecond) : format("%.0f MB/s", perSecond * size / 1e6);
        }

        private String cost(String who) {
            double each = median(costs.get(who));
            return size < SMALL ? format("%.0f us", each * 1e6) : format("%.2f s/GB", each / size * 1e9);
        }

        /** How much faster the first one is than another, round by round; above 1 is better. */
        private double ratio(String first, String other) {
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < rates.get(first).size(); i++) {
                ratios.add(rates.get(first).get(i) / rates.get(other).get(i));
            }
            return median(ratios);
        }

        private String line() {
            StringBuilder line = new StringBuilder("| ").append(name);
            String first = all.getFirst().name();
            for (Contender each : all) {
                line.append(" | ")
                        .append(rate(each.name()))
                        .append(" (")
                        .append(cost(each.name()))
                        .append(')');
            }
            for (Contender each : all.subList(1, all.size())) {
                line.append(" | ").append(format("%.2f", ratio(first, each.name())));
            }
            return line.append(" |").toString();
        }
    }

    /** A new row. */
    Row row(String name, int size) {
        Row row = new Row(name, size);
        rows.add(row);
        System.err.println("measuring " + name);
        return row;
    }

    void print() {
        out.println();
        out.println("### " + title);
        StringBuilder head = new StringBuilder("| case, (CPU of the server)");
        all.forEach(each -> head.append(" | ").append(each.name()));
        all.subList(1, all.size()).forEach(each -> head.append(" | x ").append(each.name()));
        out.println(head.append(" |"));
        out.println("|---".repeat(2 * all.size()) + "|");
        rows.forEach(row -> out.println(row.line()));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
