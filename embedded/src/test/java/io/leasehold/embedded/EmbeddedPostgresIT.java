package io.leasehold.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {
    @TempDir Path folder;

    @Test
    void keeps_what_was_committed_through_a_killed_server_and_an_orderly_stop() throws Exception {
        EmbeddedPostgres first = start("secret");
        first.ensureRole("owner", "LOGIN", "one");
        first.ensureRole("owner", "LOGIN CREATEDB", "two");
        first.createDatabase("kept", "owner");
        first.createDatabase("kept", "owner");
        first.execute(
                "kept", "CREATE TABLE t (n int)", "INSERT INTO t SELECT generate_series(1, 1000)");

        first.kill();
        EmbeddedPostgres second = start("secret");
        assertThat(count(second)).isEqualTo(1000);
        second.execute("kept", "INSERT INTO t VALUES (1001)");
        second.close();
        second.close();

        assertThat(second.isAlive()).isFalse();
        try (EmbeddedPostgres third = start("secret")) {
            assertThat(count(third)).isEqualTo(1001);
        }
    }

    @Test
    void wants_the_password_that_its_folder_was_made_with() {
        try (EmbeddedPostgres postgres = start("it's secret")) {
            postgres.execute("postgres", "SELECT 1");
            assertThatThrownBy(() ->
                            DriverManager.getConnection(
                                    postgres.jdbcUrl("postgres"),
                                    EmbeddedPostgres.SUPERUSER,
                                    "guess"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
        }
    }

    @Test
    void says_what_the_server_said_when_it_cannot_start() {
        try (EmbeddedPostgres postgres = start("secret")) {
            PostgresOptions samePort =
                    new PostgresOptions(
                            folder.resolve("other"),
                            folder.resolve("other.log"),
                            postgres.port(),
                            "secret",
                            Durability.FAST,
                            PostgresOptions.ALL_WITH_PASSWORD);
            assertThatThrownBy(() -> EmbeddedPostgres.start(samePort))
                    .isInstanceOf(StartFailedException.class)
                    .hasMessageContaining("Address already in use");
        }
    }

    private EmbeddedPostgres start(String password) {
        return EmbeddedPostgres.start(
                new PostgresOptions(
                        folder.resolve("data"),
                        folder.resolve("postgres.log"),
                        0,
                        password,
                        Durability.DURABLE,
                        PostgresOptions.ALL_WITH_PASSWORD));
    }

    private static int count(EmbeddedPostgres postgres) throws SQLException {
        try (Connection connection = postgres.connect("kept");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM t")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
