package io.leasehold.it.lease;

import static io.leasehold.testsupport.Eventually.eventually;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.cli.Main;
import io.leasehold.embedded.Ports;
import io.leasehold.it.JvmService;
import io.leasehold.it.Relay;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lease;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RunPhase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real worker is frozen, or killed, in the middle of an apply. What its run says to the world
 * goes through a relay outside of the worker, which notes when.
 */
class FrozenWorkerIT {
    private static final Duration TTL = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final Map<String, String> SHORT_LEASES =
            Map.of(
                    "LEASEHOLD_LEASE_PLANNING",
                    TTL.toString(),
                    "LEASEHOLD_LEASE_APPLYING",
                    TTL.toString(),
                    "LEASEHOLD_LEASE_GRACE",
                    GRACE.toString(),
                    "LEASEHOLD_LEASE_PULSE",
                    "PT0.5S",
                    JvmService.PORT,
                    Integer.toString(Ports.free()));

    @TempDir Path folder;

    private TestLedger ledger;
    private JvmService service;
    private JvmService worker;
    private HeldApply held;
    private Relay relay;

    @BeforeEach
    void aWorkerInTheMiddleOfAnApply() throws Exception {
        ledger = new TestLedger(folder);
        service = ledger.serve(1, SHORT_LEASES).getFirst();
        ledger.register(HeldApply.blueprint(folder));
        held = new HeldApply(ledger::connect);
        held.hold("acme");
        relay = Relay.to(ledger.port(), _ -> {});
        worker = launch();
        TestLedger.at(service, "intake")
                .send("POST", Paths.INTAKE, ledger.wanting(HeldApply.BLUEPRINT, "acme"));
        worker.awaitReady();
        held.awaitBegun("acme");
    }

    private JvmService launch() throws Exception {
        Path work = Files.createDirectories(folder.resolve("worker"));
        Path token = Files.writeString(work.resolve("token"), TestLedger.token("worker"));
        Path bindings = HeldApply.bindings(work, relay.port(), ledger.password());
        Map<String, String> settings = TestLedger.tools();
        settings.putAll(
                Map.ofEntries(
                        Map.entry("LEASEHOLD_PROVISIONER_NAME", "w1"),
                        Map.entry("LEASEHOLD_LEDGER_URL", service.url()),
                        Map.entry("LEASEHOLD_LEDGER_TOKEN_FILE", token.toString()),
                        Map.entry("LEASEHOLD_INTAKE_ENABLED", "false"),
                        Map.entry("LEASEHOLD_PUBLISHER_ENABLED", "false"),
                        Map.entry("LEASEHOLD_RUNNER_SLOTS", "1"),
                        Map.entry("LEASEHOLD_RUNNER_HEARTBEAT", "PT0.5S"),
                        Map.entry("LEASEHOLD_RUNNER_BINDINGS", bindings.toString()),
                        Map.entry("LEASEHOLD_SPOOL_DIRECTORY", spool().toString()),
                        Map.entry(
                                "LEASEHOLD_MODULE_TEMPLATES", work.resolve("templates").toString()),
                        Map.entry("LEASEHOLD_SANDBOX_DIRECTORY", work.resolve("runs").toString())));
        return JvmService.launch("provisioner", work, settings);
    }

    private Path spool() {
        return folder.resolve("worker/spool");
    }

    @AfterEach
    void stop() throws Exception {
        worker.close();
        held.close();
        relay.close();
        ledger.close();
    }

    @Test
    void anotherTakesOverAfterTheGraceAndWhatTheFrozenOneWritesIsRefusedAndKept() throws Exception {
        LeasedWorker other = LeasedWorker.registered("w2", service.url());
        worker.signal("STOP");
        String beaten = ledger.column("select lease_beaten_at from stack").getFirst();

        Claim again = other.claim(25_000).orElseThrow();
        long takenOver = System.nanoTime();

        assertThat(
                        ledger.column(
                                "select max(started_at) - timestamptz '%s' >= interval '%d seconds' from run"
                                        .formatted(beaten, TTL.plus(GRACE).toSeconds())))
                .as("after the last beat")
                .containsExactly("t");
        assertThat(again.stack().tenantId()).isEqualTo("acme");
        assertThat(again.attempt()).as("a lost worker spends no try").isEqualTo(1);
        assertThat(again.interrupted()).as("it plans first").isTrue();
        assertThat(Objects.requireNonNull(again.lease())).extracting(Lease::epoch).isEqualTo(2L);
        assertThat(other.beats(again, RunPhase.APPLYING).status()).isEqualTo(200);
        assertThat(other.writes(again, ledger.lineage("acme"), 2).status()).isEqualTo(204);
        assertThat(other.succeeds(again).status()).isEqualTo(204);

        // What the run waited for is there when it wakes: it would go on with its next request.
        held.letGo("acme");
        worker.signal("CONT");

        eventually(
                Duration.ofSeconds(30),
                () ->
                        assertThat(
                                        ledger.column(
                                                "select kind || ' ' || coalesce(split_part(reason, ':', 1), '-')"
                                                        + " from state_version order by version"))
                                .as(worker::log)
                                .containsExactly("SEED -", "RUN -", "ORPHAN LEASE_LOST"));
        assertThat(relay.asked())
                .as("what the run said to the world")
                .isNotEmpty()
                .allMatch(at -> at - takenOver < 0);
        // Its tofu lived longer than its doors, or there were no state to refuse.
        assertThat(relay.ended()).isNotEmpty();
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

    @Test
    void aStateThatOutlivesItsKilledWorkerIsFoundAndOfferedAsAnOrphan() throws Exception {
        service.close();
        held.letGo("acme");
        Path spooled = awaitSpooled();
        assertThat(Files.readString(spooled, ISO_8859_1))
                .as("what a thief of the disk finds")
                .doesNotContain("random_id", "postgresql_role", "terraform_version");
        worker.close();
        service = ledger.serve(1, SHORT_LEASES).getFirst();
        LeasedWorker other = LeasedWorker.registered("w2", service.url());
        Claim again = other.claim(25_000).orElseThrow();
        assertThat(other.beats(again, RunPhase.APPLYING).status()).isEqualTo(200);
        assertThat(other.writes(again, ledger.lineage("acme"), 9).status()).isEqualTo(204);
        assertThat(other.succeeds(again).status()).isEqualTo(204);

        worker = launch().awaitReady();

        eventually(
                Duration.ofSeconds(30),
                () -> assertThat(orphans()).as(worker::log).contains("acme/1/main"));
        assertThat(orphans()).contains("LEASE_LOST");
        eventually(Duration.ofSeconds(10), () -> assertThat(spooled).doesNotExist());
        assertThat(
                        TestLedger.at(service, "operator")
                                .send("GET", "/state/acme/1/main", null)
                                .body()
                                .path("serial")
                                .asInt())
                .as("the state of who took over stays")
                .isEqualTo(9);
    }

    @Test
    void aStateUponWhichNobodyWroteIsAdoptedWithoutAPersonAndTheNextRunPlansUponIt()
            throws Exception {
        service.close();
        held.letGo("acme");
        Path spooled = awaitSpooled();
        worker.close();
        service = ledger.serve(1, SHORT_LEASES).getFirst();
        eventually(
                Duration.ofSeconds(30),
                () ->
                        assertThat(ledger.column("select result from run"))
                                .as("its lease is over")
                                .containsExactly("LOST"));

        worker = launch().awaitReady();

        // The module has no way to take over what exists: without the orphan's state the next run
        // would fail with it.
        eventually(
                Duration.ofSeconds(60),
                () ->
                        assertThat(ledger.column("select result from run order by started_at"))
                                .as(worker::log)
                                .containsExactly("LOST", "SUCCEEDED"));
        assertThat(spooled).doesNotExist();
        assertThat(
                        ledger.column(
                                "select kind || ' ' || coalesce(settled_as || ' by ' || settled_by, '-')"
                                        + " from state_version order by version limit 3"))
                .containsExactly("SEED -", "ORPHAN ADOPTED by ledger", "ADOPTED -");
        assertThat(orphans()).contains("No orphan is open");
        assertThat(
                        TestLedger.at(service, "operator")
                                .send("GET", "/state/acme/1/main", null)
                                .body()
                                .path("resources")
                                .findValuesAsText("name"))
                .contains("held", "made");
    }

    private Path awaitSpooled() throws Exception {
        List<Path> found = new ArrayList<>();
        eventually(
                Duration.ofSeconds(30),
                () -> {
                    try (var files = Files.newDirectoryStream(spool(), "*.state")) {
                        files.forEach(found::add);
                    }
                    assertThat(found).as(worker::log).isNotEmpty();
                });
        return found.getFirst();
    }

    private String orphans() {
        StringWriter said = new StringWriter();
        int exit =
                Main.commandLine(
                                Map.of(
                                        "LEASEHOLD_URL", service.url(),
                                        "LEASEHOLD_TOKEN", TestLedger.token("operator")))
                        .setOut(new PrintWriter(said, true))
                        .execute("states", "orphans");
        return exit == 0 ? said.toString() : "";
    }
}
