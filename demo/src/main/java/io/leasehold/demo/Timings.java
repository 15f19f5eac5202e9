package io.leasehold.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was measured in this run. Not safe for several threads. */
final class Timings {
    private static final double NANOS = 1_000_000_000.0;

    private record Row(String what, double seconds) {}

    private final List<Row> rows = new ArrayList<>();

    void took(String what, long fromNanos, long toNanos) {
        rows.add(new Row(what, (toNanos - fromNanos) / NANOS));
    }

    void took(String what, double seconds) {
        rows.add(new Row(what, seconds));
    }

    /** The table, as lines. */
    List<String> table() {
        int width = rows.stream().mapToInt(row -> row.what().length()).max().orElse(0);
        List<String> lines = new ArrayList<>();
        for (Row row : rows) {
            lines.add(
                    String.format(
                            Locale.ROOT, "  %-" + width + "s  %6.1f s", row.what(), row.seconds()));
        }
        return lines;
    }
}
