package io.leasehold.cli.output;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows under headings, columns as wide as they need to be. For one thread. */
public final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    /** A table with these columns. */
    public Table(String... headings) {
        rows.add(Arrays.asList(headings));
    }

    /** Adds a row; null shows as a dash, and line breaks and control characters as spaces. */
    public Table row(@Nullable Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell == null ? "-" : cell.toString().replaceAll("\\p{Cntrl}+", " "));
        }
        rows.add(row);
        return this;
    }

    /** Writes it. */
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
                line.append(row.get(i));
                if (i < columns - 1) {
                    line.append(" ".repeat(widths[i] - row.get(i).length() + 2));
                }
            }
            out.println(line.toString().stripTrailing());
        }
        out.flush();
    }
}
