package io.leasehold.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * A real Postgres on 127.0.0.1 without Docker. Its data directory is kept at close, survives {@code
 * kill -9} of the server or of this JVM, and can be started again; the server ends with this JVM.
 * Passwords only (SCRAM), TCP only.
 *
 * <p>Safe for use by several threads; {@link #close()} may be called more than once.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    /** The role that owns everything. */
    public static final String SUPERUSER = "postgres";

    private static final Logger LOGGER = Logger.getLogger(EmbeddedPostgres.class);
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(20);
    private static final long LOOK_AGAIN_MILLIS = 20;
    private static final int STATUS_LINE = 7;
    private static final String DUPLICATE_DATABASE = "42P04";
    private static final String DUPLICATE_OBJECT = "42710";

    private final PostgresOptions options;
    private final int port;
    private final Process process;

    private EmbeddedPostgres(PostgresOptions options, int port, Process process) {
        this.options = options;
        this.port = port;
        this.process = process;
    }

    /**
     * Starts the server and returns when it accepts connections.
     *
     * @throws StartFailedException if it does not within a minute
     */
    public static EmbeddedPostgres start(PostgresOptions options) {
        PostgresBinaries binaries = PostgresBinaries.prepare(LocalFiles.cache());
        Path data = options.dataDirectory().toAbsolutePath();
        if (Files.isDirectory(data)) {
            // Backends of a killed server keep its memory, and its pid file may name a process
            // that has nothing to do with it by now. Server and backends all work in this folder.
            Leftovers.awaitNoneIn(data);
            delete(data.resolve("postmaster.pid"));
        } else {
            binaries.initialise(data, options.password());
        }
        writeAccess(data, options.access());
        int port = options.port() == 0 ? Ports.free() : options.port();
        Process process =
                ChildProcesses.start(
                        new ChildProcesses.Command(
                                binaries.launcherPrefix(),
                                command(binaries, data, port, options.durability()),
                                Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C.UTF-8"),
                                data,
                                options.log(),
                                ChildProcesses.OnParentDeath.INTERRUPT));
        EmbeddedPostgres started = new EmbeddedPostgres(options, port, process);
        started.awaitReady();
        LOGGER.infof("postgres started port=%d pid=%d", port, process.pid());
        return started;
    }

    private static void writeAccess(Path data, List<String> lines) {
        try {
            Files.write(data.resolve("pg_hba.conf"), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command(
            PostgresBinaries binaries, Path data, int port, Durability durability) {
        List<String> command = new ArrayList<>();
        command.add(binaries.program("postgres"));
        command.add("-D");
        command.add(data.toString());
        Map<String, String> settings =
                Map.ofEntries(
                        Map.entry("listen_addresses", "127.0.0.1"),
                        Map.entry("port", Integer.toString(port)),
                        Map.entry("unix_socket_directories", ""),
                        Map.entry("max_connections", "120"),
                        Map.entry("shared_buffers", "64MB"),
                        Map.entry("max_wal_senders", "0"),
                        Map.entry("wal_level", "minimal"),
                        Map.entry("logging_collector", "off"),
                        Map.entry("log_line_prefix", "%m [%p] "),
                        Map.entry("fsync", onlyWhen(durability == Durability.DURABLE)),
                        // Commits are written at once either way: a killed server loses none.
                        Map.entry("full_page_writes", onlyWhen(durability == Durability.DURABLE)));
        settings.forEach((name, value) -> {
            command.add("-c");
            command.add(name + "=" + value);
        });
        return command;
    }

    private static String onlyWhen(boolean on) {
        return on ? "on" : "off";
    }

    /**
     * The server says in the last line of its pid file when it is ready; pg_ctl looks there too.
     */
    private void awaitReady() {
        Path pidFile = options.dataDirectory().resolve("postmaster.pid");
        long deadline = System.nanoTime() + START.toNanos();
        try {
            while (System.nanoTime() < deadline) {
                if (process.waitFor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new StartFailedException(
                            "Postgres ended while starting (exit %d); its log, %s, ends with:%n%s"
                                    .formatted(process.exitValue(), options.log(), lastWords()));
                }
                if (isReady(pidFile)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailedException("interrupted while Postgres was starting", e);
        }
        kill();
        throw new StartFailedException(
                "Postgres was not ready within %ds; its log, %s, ends with:%n%s"
                        .formatted(START.toSeconds(), options.log(), lastWords()));
    }

    private boolean isReady(Path pidFile) {
        try {
            List<String> lines = Files.readAllLines(pidFile);
            return lines.size() > STATUS_LINE
                    && lines.getFirst().strip().equals(Long.toString(process.pid()))
                    && lines.get(STATUS_LINE).strip().equals("ready");
        } catch (IOException _) {
            // Not written yet, or just being replaced.
            return false;
        }
    }

    private String lastWords() {
        return String.join("\n", LocalFiles.tail(options.log(), 10));
    }

    /** The port on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** The superuser's password. */
    public String password() {
        return options.password();
    }

    /** The address of a database for JDBC. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
    }

    /** The address of a database for the reactive client. */
    public String reactiveUrl(String database) {
        return "postgresql://127.0.0.1:%d/%s".formatted(port, database);
    }

    /** A new connection as superuser; the caller closes it. */
    public Connection connect(String database) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", SUPERUSER);
        login.setProperty("password", options.password());
        // Seconds: one that is frozen as it starts would be waited for without end.
        login.setProperty("loginTimeout", "20");
        return DriverManager.getConnection(jdbcUrl(database), login);
    }

    /** Runs statements as superuser, each in a transaction of its own. */
    public void execute(String database, String... statements) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new StartFailedException("a statement failed in database " + database, e);
        }
    }

    /**
     * Makes the database if it is not there; an existing one keeps its owner. The names must be
     * plain identifiers.
     */
    public void createDatabase(String name, String owner) {
        unlessThere(
                DUPLICATE_DATABASE, "CREATE DATABASE \"%s\" OWNER \"%s\"".formatted(name, owner));
    }

    /**
     * Makes the role if it is not there, and gives it these rights and this password either way.
     * The name must be a plain identifier.
     */
    public void ensureRole(String name, String rights, String password) {
        unlessThere(DUPLICATE_OBJECT, "CREATE ROLE \"%s\"".formatted(name));
        execute(
                "postgres",
                "ALTER ROLE \"%s\" %s PASSWORD '%s'"
                        .formatted(name, rights, password.replace("'", "''")));
    }

    private void unlessThere(String sqlState, String sql) {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            if (!sqlState.equals(e.getSQLState())) {
                throw new StartFailedException("failed: " + sql, e);
            }
        }
    }

    /** Whether the server runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Completes when the server has ended. */
    public Process process() {
        return process;
    }

    /** Ends the server as a crash would, with SIGKILL, and returns when it is gone. */
    public void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("Postgres survived SIGKILL, pid=" + process.pid());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Rolls back what is open, disconnects everybody and stops; the data directory stays. */
    @Override
    public void close() {
        ChildProcesses.stop(process, "INT", STOP.toMillis());
    }

    /** Like {@link #close()}, and removes the data directory. */
    public void closeAndDelete() {
        close();
        try {
            LocalFiles.deleteTree(options.dataDirectory());
        } catch (UncheckedIOException e) {
            LOGGER.warnf(e, "data directory not removed path=%s", options.dataDirectory());
        }
    }
}
