package io.leasehold.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The log of the tenants' Postgres, which is never killed: the witness. Whoever may log in there
 * cannot write or silence it.
 */
final class ServerLog {
    /** Has the server write down every statement that changes a role. */
    static final List<String> SETTINGS =
            List.of(
                    "ALTER SYSTEM SET log_statement = 'ddl'",
                    "ALTER SYSTEM SET log_timezone = 'UTC'",
                    "SELECT pg_reload_conf()");

    private static final Pattern LINE =
            Pattern.compile("(\\S+ \\S+) UTC \\[(\\d+)] LOG: {2}(?:statement|execute [^:]*): (.*)");
    private static final Pattern STATEMENT =
            Pattern.compile(
                    "\\s*(CREATE|ALTER|DROP) ROLE (?:IF EXISTS )?\"?chaos_([a-z0-9-]+)_(\\d+)(_last)?\"?"
                            + "(?:\\s+SET search_path TO (.*?))?(?:\\s.*)?;?\\s*",
                    Pattern.DOTALL);
    private static final Pattern MARKS =
            Pattern.compile("\"?(m\\d+)\"?, *\"?(a[0-9a-f]+)\"?, *\"?(i[0-9a-f]+)\"?");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");

    private ServerLog() {}

    /** What was done to roles of the chaos module, in the order in which the server did it. */
    static List<Write> read(Path log) {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.flatMap(line -> write(line).stream()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Grows with everything that is done for tenants. */
    static long length(Path log) {
        try {
            return Files.size(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The write that a line tells of, if it tells of one. */
    static Optional<Write> write(String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String statement = parts.group(3);
        Matcher role = STATEMENT.matcher(statement);
        if (!role.matches()) {
            return Optional.empty();
        }
        Matcher marks = MARKS.matcher(statement);
        boolean marked = role.group(1).equals("ALTER") && marks.find();
        if (role.group(1).equals("ALTER") && !marked) {
            return Optional.empty();
        }
        return Optional.of(
                new Write(
                        LocalDateTime.parse(parts.group(1), TIME).toInstant(ZoneOffset.UTC),
                        parts.group(2),
                        new Life(role.group(2), Long.parseLong(role.group(3))),
                        kind(role.group(1)),
                        role.group(4) != null,
                        marked ? Marks.of(marks.group(1), marks.group(2), marks.group(3)) : null));
    }

    private static Write.Kind kind(String verb) {
        return switch (verb) {
            case "CREATE" -> Write.Kind.MADE;
            case "ALTER" -> Write.Kind.MARKED;
            default -> Write.Kind.DROPPED;
        };
    }

    /** The instant as the log writes it, for those who look there. */
    static String time(Instant instant) {
        return TIME.withZone(ZoneOffset.UTC).format(instant);
    }
}
