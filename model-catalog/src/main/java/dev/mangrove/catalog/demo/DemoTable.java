package dev.mangrove.catalog.demo;

import dev.mangrove.cli.Amount;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What each hop sent in each step, and from where it had it. */
final class DemoTable {
    private DemoTable() {}

    static String text(List<DemoStep> steps) {
        StringBuilder table = new StringBuilder();
        row(table, "", "CLIENT GOT", "AGENT SENT", "REGION SENT", "CATALOG SENT");
        for (DemoStep step : steps) {
            row(
                    table,
                    step.name(),
                    Amount.text(step.receivedBytes()),
                    cell(Optional.of(step.agent())),
                    cell(step.region()),
                    cell(step.catalog()));
        }
        return table.toString();
    }

    private static void row(StringBuilder table, Object... cells) {
        table.append(String.format(Locale.ROOT, "%-20s  %10s  %-32s  %-32s  %-16s", cells)
                        .stripTrailing())
                .append('\n');
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
