package io.leasehold.it.lease;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.it.JvmService;
import io.leasehold.ledger.api.Paths;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A real worker, or its run, is told to stop while a real tofu is in the middle of an apply. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoppedRunIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Path folder;
    private TestLedger ledger;
    private JvmService service;
    private HeldApply held;
    private MortalWorker worker;

    @BeforeAll
    void aService(@TempDir Path given) throws Exception {
        folder = given;
        ledger = new TestLedger(folder);
        service = ledger.serve(1, Map.of("LEASEHOLD_LEASE_POLL", "PT0.2S")).getFirst();
        ledger.register(HeldApply.blueprint(folder));
        held = new HeldApply(ledger::connect);
        worker = worker(Map.of());
    }

    private MortalWorker worker(Map<String, String> settings) throws Exception {
        return new MortalWorker(
                folder.resolve("worker"),
                service.url(),
                HeldApply.bindings(ledger.port(), ledger.password()),
                settings);
    }

    private void inTheMiddleOf(String tenant, Map<String, String> settings) throws Exception {
        worker = worker(settings);
        worker.start();
        held.hold(tenant);
        TestLedger.at(service, "intake")
                .send("POST", Paths.INTAKE, ledger.wanting(HeldApply.BLUEPRINT, tenant));
        held.awaitBegun(tenant);
    }

    @AfterEach
    void noWorker() throws Exception {
        held.close();
        worker.close();
    }

    @AfterAll
    void stop() throws Exception {
        ledger.close();
    }

    @Test
    void aWorkerThatIsToldToStopLetsTofuEndTakesNothingMoreAndLeaves() throws Exception {
        inTheMiddleOf("drained", Map.of());

        worker.signal("TERM");
        TestLedger.at(service, "intake")
                .send("POST", Paths.INTAKE, ledger.wanting(HeldApply.BLUEPRINT, "too-late"));
        // Long enough for a stop that waits for nothing.
        assertThat(worker.endsWithin(Duration.ofSeconds(1))).as(worker::log).isFalse();
        eventually(
                PATIENCE,
                () ->
                        assertThat(worker.log())
                                .contains("no more work is taken, what is at work goes on"));
        held.letGo("drained");
        worker.ends(PATIENCE);

        assertThat(runs("drained")).as(worker::log).containsExactly("SUCCEEDED ");
        assertThat(log("drained")).doesNotContain("Interrupt received");
        assertThat(runs("too-late")).isEmpty();
        assertThat(ledger.column("select name from worker")).isEmpty();
        assertThat(ledger.column("select stack from stack where lease_id is not null")).isEmpty();
        ledger.execute("update stack set due = false");
    }

    @Test
    void whatTakesLongerThanTheDrainIsInterruptedOnceAndItsStateIsSaved() throws Exception {
        inTheMiddleOf("cut", Map.of("LEASEHOLD_RUNNER_DRAIN", "PT0.5S"));

        worker.signal("TERM");
        eventually(PATIENCE, () -> assertThat(worker.log()).contains("is asked to stop"));
        eventually(PATIENCE, () -> assertThat(log("cut")).contains("nterrupt"));
        held.letGo("cut");
        worker.ends(PATIENCE);

        assertThat(runs("cut")).as(worker::log).containsExactly("FAILED WORKER_LOST");
        assertThat(log("cut")).doesNotContain("Two interrupts");
        assertThat(made("cut")).contains("random_id", "postgresql_role");
        assertThat(ledger.column("select stack from stack where lease_id is not null")).isEmpty();

        worker.start();

        eventually(
                PATIENCE,
                () ->
                        assertThat(runs("cut"))
                                .as(worker::log)
                                .containsExactly("FAILED WORKER_LOST", "SUCCEEDED "));
        assertThat(
                        ledger.column(
                                "select sum(add_count) from run where tenant_id = 'cut' and result = 'SUCCEEDED'"))
                .as("nothing is made twice")
                .containsExactly("0");
    }

    @Test
    void aCancelInterruptsTofuOnceWaitsForItAndLeavesAHold() throws Exception {
        inTheMiddleOf("cancelled", Map.of());
        String run =
                ledger.column("select lease_run from stack where tenant_id = 'cancelled'")
                        .getFirst();

        TestLedger.at(service, "operator")
                .send(
                        "POST",
                        Paths.RUN_CANCEL.replace("{runId}", run),
                        Map.of("reason", "wrong region"));

        JsonNode view =
                TestLedger.at(service, "viewer")
                        .send("GET", Paths.RUN.replace("{runId}", run), null)
                        .body();
        assertThat(view.toString()).contains("wrong region");
        eventually(PATIENCE, () -> assertThat(log("cancelled")).contains("nterrupt"));
        assertThat(runs("cancelled")).as("it is waited for").containsExactly("");
        held.letGo("cancelled");

        eventually(
                PATIENCE,
                () -> assertThat(runs("cancelled")).as(worker::log).containsExactly("CANCELLED "));
        assertThat(log("cancelled")).doesNotContain("Two interrupts");
        assertThat(made("cancelled")).contains("random_id", "postgresql_role");
        assertThat(ledger.column("select hold_code from stack where tenant_id = 'cancelled'"))
                .containsExactly("CANCELLED");
    }

    private List<String> runs(String tenant) throws Exception {
        return ledger.column(
                "select coalesce(result || ' ' || coalesce(code, ''), '') from run where tenant_id = '%s' order by started_at"
                        .formatted(tenant));
    }

    private String log(String tenant) throws Exception {
        StringBuilder all = new StringBuilder();
        for (String run :
                ledger.column("select run_id from run where tenant_id = '%s'".formatted(tenant))) {
            all.append(
                    TestLedger.at(service, "viewer")
                            .send("GET", Paths.LOG.replace("{runId}", run), null)
                            .body());
        }
        return all.toString();
    }

    /** The types of what the state knows. */
    private List<String> made(String tenant) {
        return TestLedger.at(service, "operator")
                .send("GET", "/state/" + tenant + "/1/main", null)
                .body()
                .path("resources")
                .findValuesAsText("type");
    }
}
