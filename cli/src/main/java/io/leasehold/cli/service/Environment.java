package io.leasehold.cli.service;

import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where the system is: from the process environment first, then from a {@code leasehold.env} file
 * as {@code ./leasehold up} writes it. Immutable.
 */
public final class Environment {

    /** What knows the environment that a command runs in, and its time. */
    public interface Source {

        /** Where this process finds a system. */
        Environment environment();

        /** How time passes. */
        Ticks ticks();
    }

    /** Base URL of the state service. */
    public static final String URL = "LEASEHOLD_URL";

    /** The operator's token. */
    public static final String TOKEN = "LEASEHOLD_TOKEN";

    /** Bootstrap servers of the platform's broker. */
    public static final String KAFKA = "LEASEHOLD_KAFKA";

    private static final String FILE = "LEASEHOLD_ENV";
    private static final String HOME = "LEASEHOLD_HOME";
    private static final String COLUMNS = "LEASEHOLD_COLUMNS";

    private final Map<String, String> values;

    private Environment(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * Reads the file named by {@code LEASEHOLD_ENV}, else {@code .leasehold/leasehold.env} of this
     * folder or of the checkout, and lays the process environment over it.
     */
    public static Environment read(Map<String, String> process) {
        Map<String, String> values = new HashMap<>();
        file(process).ifPresent(file -> values.putAll(parse(file)));
        process.forEach((name, value) -> {
            if (!value.isBlank()) {
                values.put(name, value.strip());
            }
        });
        return new Environment(values);
    }

    /**
     * One value.
     *
     * @throws CommandFailure that says how to give it when it is not there
     */
    public String require(String name) {
        String value = values.get(name);
        if (value == null || value.isBlank()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    name
                            + " is not set, so no system is known. Start one with ./leasehold up,"
                            + " or set "
                            + URL
                            + " and "
                            + TOKEN
                            + " (and "
                            + KAFKA
                            + " to publish), or name a file that has them in "
                            + FILE
                            + ".");
        }
        return value;
    }

    /** Whether a system is named whose state service can be asked. */
    public boolean namesService() {
        return values.containsKey(URL) && values.containsKey(TOKEN);
    }

    /** Columns of the screen that is printed to; 0 when it is none. */
    public int columns() {
        String columns = values.getOrDefault(COLUMNS, "0");
        return columns.matches("[0-9]{1,4}") ? Integer.parseInt(columns) : 0;
    }

    private static Optional<Path> file(Map<String, String> process) {
        String named = process.get(FILE);
        if (named != null && !named.isBlank()) {
            return Optional.of(Path.of(named));
        }
        return Optional.of(Path.of(".leasehold", "leasehold.env"))
                .filter(Files::isReadable)
                .or(() ->
                        Optional.ofNullable(process.get(HOME))
                                .map(home -> Path.of(home, ".leasehold", "leasehold.env"))
                                .filter(Files::isReadable));
    }

    private static Map<String, String> parse(Path file) {
        Map<String, String> values = new HashMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                int equals = line.indexOf('=');
                if (equals > 0 && !line.startsWith("#")) {
                    values.put(
                            line.substring(0, equals).strip(), line.substring(equals + 1).strip());
                }
            }
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "The file "
                            + file
                            + " cannot be read as lines of NAME=value. ./leasehold up writes such a"
                            + " file; "
                            + FILE
                            + " names another.");
        }
        return values;
    }
}
