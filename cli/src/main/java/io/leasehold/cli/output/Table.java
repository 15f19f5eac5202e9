package io.leasehold.cli.output;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows under headings, columns as wide as they need to be. Where the table is wider than the
 * screen, the last column, which is the one with words, goes on below itself. For one thread.
 */
public final class Table {
    private static final int GAP = 2;

    /** Narrower than this nobody reads; then lines are left to the terminal. */
    private static final int LEAST = 24;

    private final List<List<String>> rows = new ArrayList<>();

    /** A table with these columns. */
    public Table(String... headings) {
        rows.add(Arrays.asList(headings));
    }

    /** Adds a row; null shows as a dash, and line breaks and control characters as spaces. */
    public Table row(@Nullable Object... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException("a row has a cell for each heading");
        }
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell == null ? "-" : cell.toString().replaceAll("\\p{Cc}+", " "));
        }
        rows.add(row);
        return this;
    }

    /** Whether it has headings only. */
    public boolean isEmpty() {
        return rows.size() == 1;
    }

    /**
     * Writes it.
     *
     * @param screen columns of the screen; 0 when there is none, and every row is one line
     */
    public void print(PrintWriter out, int screen) {
        int last = rows.getFirst().size() - 1;
        int[] widths = new int[last];
        int before = 0;
        for (int i = 0; i < last; i++) {
            int column = i;
            widths[i] = rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
            before += widths[i] + GAP;
        }
        int room = screen - before < LEAST ? Integer.MAX_VALUE : screen - before;
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < last; i++) {
                line.append(row.get(i)).repeat(" ", widths[i] - row.get(i).length() + GAP);
            }
            for (String part : folded(row.get(last), room)) {
                out.println(line.append(part).toString().stripTrailing());
                line.setLength(0);
                line.repeat(" ", before);
            }
        }
        out.flush();
    }

    private static List<String> folded(String text, int room) {
        List<String> parts = new ArrayList<>();
        String rest = text;
        while (rest.length() > room) {
            int space = rest.lastIndexOf(' ', room);
            int end = space > 0 ? space : room;
            parts.add(rest.substring(0, end));
            rest = rest.substring(end).strip();
        }
        parts.add(rest);
        return parts;
    }
}
