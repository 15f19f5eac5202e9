package io.leasehold.it.lease;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Applies whose middle lasts for as long as a test wants: their tofu has made something, and makes
 * a role that somebody else is just about to make, so that Postgres lets it wait.
 */
public final class HeldApply implements AutoCloseable {
    /** The blueprint of such tenants. */
    public static final String BLUEPRINT = "slow";

    private static final Duration BEGUN = Duration.ofMinutes(2);

    private final Postgres postgres;
    private final Questions questions;
    private final Map<String, Connection> holding = new HashMap<>();

    /** Where the roles are made. */
    public interface Postgres {
        /** As its superuser. */
        Connection connect() throws SQLException;
    }

    /** Holds by transactions in that Postgres. */
    public HeldApply(Postgres postgres) {
        this.postgres = postgres;
        this.questions = new Questions(postgres::connect);
    }

    /** Writes the blueprint and its module. */
    public static Path blueprint(Path folder) throws IOException {
        Path blueprints = folder.resolve(BLUEPRINT);
        Files.createDirectories(blueprints.resolve("blueprints/slow"));
        Files.createDirectories(blueprints.resolve("modules/slow"));
        Files.writeString(
                blueprints.resolve("blueprints/slow/1.0.0.yaml"),
                """
                apiVersion: leasehold.io/v1
                kind: Blueprint
                name: slow
                version: 1.0.0
                variables: { type: object, additionalProperties: false }
                stacks:
                  main:
                    module: { dir: modules/slow }
                    inputs: { role: "${tenant.id}" }
                    outputs: [made]
                    endpoints: ["slow.internal:5432"]
                    policy: { deletion: Delete, approval: auto, drift: "off" }
                    timeout: PT10M
                """);
        Files.writeString(
                blueprints.resolve("modules/slow/main.tf"),
                """
                terraform {
                  required_providers {
                    postgresql = { source = "cyrilgdn/postgresql", version = "1.7.1" }
                    random     = { source = "hashicorp/random", version = "3.9.0" }
                  }
                }
                variable "role" { type = string }
                resource "random_id" "made" { byte_length = 4 }
                resource "postgresql_role" "held" {
                  name       = var.role
                  depends_on = [random_id.made]
                }
                output "made" { value = random_id.made.hex }
                """);
        return blueprints;
    }

    /**
     * What the platform gives to such runs.
     *
     * @param port that leads to the Postgres
     */
    public static String bindings(int port, String password) {
        return """
        bindings:
          - blueprint: slow
            env:
              PGHOST: slow.internal
              PGPORT: "5432"
              PGUSER: postgres
              PGPASSWORD: %s
              PGSSLMODE: disable
        doors:
          - { name: slow.internal, port: 5432, connect: "127.0.0.1:%d" }
        """
                .formatted(password, port);
    }

    /** The same in a file of that folder. */
    public static Path bindings(Path folder, int port, String password) throws IOException {
        return Files.writeString(folder.resolve("bindings.yaml"), bindings(port, password));
    }

    /** From now on that tenant's apply stops in its middle. */
    public void hold(String tenant) throws SQLException {
        Connection connection = postgres.connect();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("create role \"%s\"".formatted(tenant));
        }
        holding.put(tenant, connection);
    }

    /** Returns when the apply is in its middle. */
    public void awaitBegun(String tenant) throws Exception {
        eventually(BEGUN, () -> assertThat(waiting(tenant)).as("%s waits", tenant).isTrue());
    }

    private boolean waiting(String tenant) throws SQLException {
        return !questions
                .column(
                        "select pid from pg_stat_activity where wait_event_type = 'Lock'"
                                + " and query ilike 'create role \"%s\"%%'".formatted(tenant))
                .isEmpty();
    }

    /** The tenant's apply goes on. */
    public void letGo(String tenant) throws SQLException {
        Connection connection = holding.remove(tenant);
        if (connection != null) {
            connection.close();
        }
    }

    /** All go on. */
    @Override
    public void close() throws SQLException {
        for (Connection connection : holding.values()) {
            connection.close();
        }
        holding.clear();
        questions.close();
    }
}
