package io.leasehold.it.lease;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.it.JvmService;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lease;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RunPhase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real worker is frozen in the middle of an apply, for longer than its lease. Its tofu has made
 * something and waits for a role that somebody else is about to make, so that the middle lasts.
 */
class FrozenWorkerIT {
    private static final Duration TTL = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final Map<String, String> SHORT_LEASES =
            Map.of(
                    "LEASEHOLD_LEASE_PLANNING", TTL.toString(),
                    "LEASEHOLD_LEASE_APPLYING", TTL.toString(),
                    "LEASEHOLD_LEASE_GRACE", GRACE.toString(),
                    "LEASEHOLD_LEASE_PULSE", "PT0.5S");

    @TempDir Path folder;

    private TestLedger ledger;
    private JvmService service;
    private JvmService worker;
    private Connection somebody;

    @BeforeEach
    void aWorkerInTheMiddleOfAnApply() throws Exception {
        ledger = new TestLedger(folder);
        service = ledger.serve(1, SHORT_LEASES).getFirst();
        ledger.register(blueprint());
        somebody = ledger.connect();
        somebody.setAutoCommit(false);
        try (Statement statement = somebody.createStatement()) {
            statement.execute("create role held");
        }
        worker = JvmService.launch("provisioner", folder.resolve("worker"), workerSettings());
        TestLedger.at(service, "intake").send("POST", Paths.INTAKE, ledger.wanting("slow", "acme"));
        worker.awaitReady();
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

    private Path blueprint() throws Exception {
        Path blueprints = folder.resolve("slow");
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
                resource "random_id" "made" { byte_length = 4 }
                resource "postgresql_role" "held" {
                  name       = "held"
                  depends_on = [random_id.made]
                }
                """);
        return blueprints;
    }

    private Map<String, String> workerSettings() throws Exception {
        Path token = folder.resolve("worker.token");
        Files.writeString(token, TestLedger.token("worker"));
        Path bindings = folder.resolve("bindings.yaml");
        Files.writeString(
                bindings,
                """
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
                        .formatted(ledger.password(), ledger.port()));
        Path work = folder.resolve("worker");
        Map<String, String> settings = TestLedger.tools();
        settings.putAll(
                Map.ofEntries(
                        Map.entry("LEASEHOLD_LEDGER_URL", service.url()),
                        Map.entry("LEASEHOLD_LEDGER_TOKEN_FILE", token.toString()),
                        Map.entry("LEASEHOLD_INTAKE_ENABLED", "false"),
                        Map.entry("LEASEHOLD_PUBLISHER_ENABLED", "false"),
                        Map.entry("LEASEHOLD_RUNNER_SLOTS", "1"),
                        Map.entry("LEASEHOLD_RUNNER_HEARTBEAT", "PT0.5S"),
                        Map.entry("LEASEHOLD_RUNNER_BINDINGS", bindings.toString()),
                        Map.entry("LEASEHOLD_SPOOL_DIRECTORY", work.resolve("spool").toString()),
                        Map.entry(
                                "LEASEHOLD_MODULE_TEMPLATES", work.resolve("templates").toString()),
                        Map.entry("LEASEHOLD_SANDBOX_DIRECTORY", work.resolve("runs").toString())));
        return settings;
    }

    @AfterEach
    void stop() throws Exception {
        worker.close();
        somebody.close();
        ledger.close();
    }

    @Test
    void anotherTakesOverAfterTheGraceAndWhatTheFrozenOneWritesIsRefusedAndKept() throws Exception {
        LeasedWorker other = LeasedWorker.registered("w2", service.url());
        worker.signal("STOP");
        long frozen = System.nanoTime();

        Claim again = other.claim(25_000).orElseThrow();

        // The last beat may have been half a second, and a moment on the way, before the stop.
        assertThat(Duration.ofNanos(System.nanoTime() - frozen))
                .isGreaterThan(TTL.plus(GRACE).minusSeconds(1));
        assertThat(again.stack().tenantId()).isEqualTo("acme");
        assertThat(again.attempt()).isEqualTo(2);
        assertThat(again.interrupted()).as("it plans first").isTrue();
        assertThat(Objects.requireNonNull(again.lease())).extracting(Lease::epoch).isEqualTo(2L);
        assertThat(other.beats(again, RunPhase.APPLYING).status()).isEqualTo(200);
        assertThat(other.writes(again, ledger.lineage("acme"), 2).status()).isEqualTo(204);
        assertThat(other.succeeds(again).status()).isEqualTo(204);

        worker.signal("CONT");

        eventually(
                Duration.ofSeconds(30),
                () ->
                        assertThat(
                                        ledger.column(
                                                "select kind || ' ' || coalesce(split_part(reason, ':', 1), '-')"
                                                        + " from state_version order by version"))
                                .as(worker.log())
                                .containsExactly("SEED -", "RUN -", "ORPHAN LEASE_LOST"));
        assertThat(ledger.column("select result from run order by started_at"))
                .containsExactly("LOST", "SUCCEEDED");
        assertThat(
                        TestLedger.at(service, "operator")
                                .send("GET", "/state/acme/1/main", null)
                                .body()
                                .path("serial")
                                .asInt())
                .isEqualTo(2);
    }
}
