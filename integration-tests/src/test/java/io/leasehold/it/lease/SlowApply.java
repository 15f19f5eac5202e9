package io.leasehold.it.lease;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.it.JvmService;
import io.leasehold.ledger.api.Paths;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * A tofu in the middle of an apply, for as long as a test wants: it has made something, and waits
 * for a role that somebody else is about to make.
 */
final class SlowApply implements AutoCloseable {
    private final TestLedger ledger;
    private final Connection somebody;

    SlowApply(TestLedger ledger, Path folder) throws Exception {
        this.ledger = ledger;
        this.somebody = ledger.connect();
        somebody.setAutoCommit(false);
        ledger.register(blueprint(folder.resolve("slow")));
    }

    private static Path blueprint(Path blueprints) throws Exception {
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
                    inputs: { name: "${tenant.id}" }
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
                variable "name" { type = string }
                resource "random_id" "made" { byte_length = 4 }
                resource "postgresql_role" "held" {
                  name       = var.name
                  depends_on = [random_id.made]
                }
                """);
        return blueprints;
    }

    /** What its runs are given by a worker. */
    static String bindings(TestLedger ledger) {
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
                .formatted(ledger.password(), ledger.port());
    }

    /** Wants a tenant; returns when its tofu is in the middle. */
    void begins(JvmService service, MortalWorker worker, String tenant) throws Exception {
        try (Statement statement = somebody.createStatement()) {
            statement.execute("create role \"" + tenant + "\"");
        }
        TestLedger.at(service, "intake").send("POST", Paths.INTAKE, ledger.wanting("slow", tenant));
        eventually(
                Duration.ofSeconds(60),
                () ->
                        assertThat(
                                        ledger.column(
                                                "select 1 from pg_stat_activity where wait_event_type = 'Lock'"
                                                        + " and query ilike 'create role%'"))
                                .as(worker.log())
                                .hasSize(1));
    }

    /** Nobody else makes the role after all: tofu goes on. */
    void goesOn() throws SQLException {
        somebody.rollback();
    }

    @Override
    public void close() throws SQLException {
        somebody.close();
    }
}
