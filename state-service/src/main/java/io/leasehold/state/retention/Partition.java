package io.leasehold.state.retention;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A partition of a table that grows with time. Its name says which time it is for: {@code
 * audit_2026_05} is a month, {@code run_log_2026_05_04} the week from that Monday on, in UTC.
 *
 * @param end everything in it is older
 */
public record Partition(String name, Instant end) {
    private static final Pattern TIME = Pattern.compile("_(\\d{4})_(\\d{2})(?:_(\\d{2}))?");
    private static final int WEEK = 7;

    /** The partition of that name; empty for the one that takes the rest. */
    static Optional<Partition> of(String table, String name) {
        Matcher time = TIME.matcher(name.substring(Math.min(table.length(), name.length())));
        if (!name.startsWith(table) || !time.matches()) {
            return Optional.empty();
        }
        try {
            LocalDate begin =
                    LocalDate.of(
                            Integer.parseInt(time.group(1)),
                            Integer.parseInt(time.group(2)),
                            time.group(3) == null ? 1 : Integer.parseInt(time.group(3)));
            LocalDate end = time.group(3) == null ? begin.plusMonths(1) : begin.plusDays(WEEK);
            return Optional.of(new Partition(name, end.atStartOfDay().toInstant(ZoneOffset.UTC)));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}
