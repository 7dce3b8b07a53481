package dev.mangrove.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Columns for people: the first as it is, the others to the right, all as wide as they need to be. */
public final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final int leftColumns;

    /** @param leftColumns columns of words; those after them are numbers */
    public Table(int leftColumns, String... titles) {
        this.leftColumns = leftColumns;
        rows.add(List.of(titles));
    }

    /** Adds a row with a cell for each title. */
    public void row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException("a row of " + cells.length + " cells");
        }
        rows.add(List.of(cells));
    }

    public boolean isEmpty() {
        return rows.size() == 1;
    }

    public void print(PrintWriter out) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String blank = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? "" : GAP);
                line.append(i < leftColumns ? row.get(i) + blank : blank + row.get(i));
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
