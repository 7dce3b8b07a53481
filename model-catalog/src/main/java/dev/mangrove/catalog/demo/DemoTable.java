package dev.mangrove.catalog.demo;

import dev.mangrove.cli.Amount;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What each hop sent in each step, and from where it had it. */
final class DemoTable {
    private DemoTable() {}

    static String text(List<DemoStep> steps) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "CLIENT GOT", "AGENT SENT", "REGION SENT", "CATALOG SENT"));
        for (DemoStep step : steps) {
            rows.add(List.of(
                    step.name(),
                    Amount.text(step.receivedBytes()),
                    cell(Optional.of(step.agent())),
                    cell(step.region()),
                    cell(step.catalog())));
        }
        return rows.stream().map(row -> line(row, rows)).collect(Collectors.joining());
    }

    private static String line(List<String> row, List<List<String>> rows) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            int column = i;
            int width = rows.stream()
                    .mapToInt(each -> each.get(column).length())
                    .max()
                    .orElse(0);
            line.append(row.get(i)).repeat(" ", width - row.get(i).length() + 2);
        }
        return line.toString().stripTrailing() + "\n";
    }

    private static String cell(Optional<Counters> sent) {
        if (sent.isEmpty()) {
            return "(off)";
        }
        return sent.get().bySource().isEmpty()
                ? "0 B"
                : sent.get().bySource().entrySet().stream()
                        .map(entry -> Amount.text(entry.getValue()) + " " + entry.getKey())
                        .collect(Collectors.joining(", "));
    }
}
