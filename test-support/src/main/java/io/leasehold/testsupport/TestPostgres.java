package io.leasehold.testsupport;

import io.leasehold.embedded.Durability;
import io.leasehold.embedded.EmbeddedPostgres;
import io.leasehold.embedded.PostgresOptions;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;

/**
 * A real Postgres for tests, one per JVM, and in it an empty database per start of the test
 * application: what another test class left behind is never seen.
 *
 * <p>In a {@code @QuarkusTest} it is a {@code @WithTestResource} that sets the datasource;
 * elsewhere {@link #freshDatabase()} gives an address. Quarkus may load this class more than once,
 * so the address of the server is kept in system properties, which there is one set of.
 */
public final class TestPostgres implements QuarkusTestResourceLifecycleManager {
    private static final String PORT = "leasehold.test.postgres.port";
    private static final String PASSWORD = "leasehold.test.postgres.password";
    private static final Object ONE_START_PER_JVM = PORT.intern();

    /** What it takes to log in to one empty database as its owner. */
    public record Database(int port, String name, String username, String password) {
        /** The address for JDBC. */
        public String jdbcUrl() {
            return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, name);
        }

        /** The address for the reactive client. */
        public String reactiveUrl() {
            return "postgresql://127.0.0.1:%d/%s".formatted(port, name);
        }

        /** A new connection, closed by the caller. */
        public Connection connect() throws SQLException {
            return DriverManager.getConnection(jdbcUrl(), username, password);
        }

        @Override
        public String toString() {
            return "Database[port=%d, name=%s]".formatted(port, name);
        }
    }

    /** Sets the application's datasource to an empty database. */
    @Override
    public Map<String, String> start() {
        Database database = freshDatabase();
        return Map.of(
                "quarkus.datasource.jdbc.url", database.jdbcUrl(),
                "quarkus.datasource.reactive.url", database.reactiveUrl(),
                "quarkus.datasource.username", database.username(),
                "quarkus.datasource.password", database.password());
    }

    /** The server stays for the next test class; it ends with the JVM. */
    @Override
    public void stop() {
        // Nothing: one server serves all.
    }

    /** An empty database on the JVM's server, which is started if it does not run. */
    public static Database freshDatabase() {
        String name = "test_" + UUID.randomUUID().toString().replace("-", "");
        synchronized (ONE_START_PER_JVM) {
            if (System.getProperty(PORT) == null) {
                startServer();
            }
        }
        Database postgres = database("postgres");
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot make a database for the test", e);
        }
        return database(name);
    }

    private static Database database(String name) {
        return new Database(
                Integer.parseInt(System.getProperty(PORT)),
                name,
                EmbeddedPostgres.SUPERUSER,
                System.getProperty(PASSWORD));
    }

    private static void startServer() {
        switch (TestMode.current()) {
            case EMBEDDED -> startEmbedded();
        }
    }

    private static void startEmbedded() {
        Path folder = TestFolder.make("postgres");
        EmbeddedPostgres server =
                EmbeddedPostgres.start(
                        new PostgresOptions(
                                folder.resolve("data"),
                                folder.resolve("postgres.log"),
                                0,
                                UUID.randomUUID().toString(),
                                Durability.FAST,
                                PostgresOptions.ALL_WITH_PASSWORD));
        TestFolder.stopAtEnd(server, folder);
        System.setProperty(PASSWORD, server.password());
        System.setProperty(PORT, Integer.toString(server.port()));
    }
}
