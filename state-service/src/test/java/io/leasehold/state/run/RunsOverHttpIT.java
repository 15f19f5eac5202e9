package io.leasehold.state.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.Circumstances;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.DriftReport;
import io.leasehold.ledger.api.HeartbeatRequest;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.LogAppend;
import io.leasehold.ledger.api.LogLine;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.ReplayRequest;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.WorkerRegistration;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The wire as its callers use it: paths, statuses, roles and the shape of what goes over it. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class RunsOverHttpIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Inject Ledger ledger;
    @Inject TestWorker worker;

    @BeforeEach
    void nothingDue() {
        worker.beginsWithNothingDue();
    }

    @Test
    void theLogOfARunThatThereIsNotIsNotFoundAndThatOfASilentOneIsEmpty() {
        ledger.due("t-" + UUID.randomUUID());
        Claim silent = worker.mustClaim();

        Reply unknown = view("/v1/runs/nope/log");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.code()).isEqualTo("RUN_UNKNOWN");
        assertThat(view(of(Paths.LOG, silent)).body()).isEqualTo("[]");
    }

    @Test
    void aWorkerWhoseClaimsWouldBeRefusedForItsNameIsNotRegistered()
            throws JsonProcessingException {
        for (WorkerRegistration unprintable :
                List.of(
                        new WorkerRegistration("rünner", "b1"),
                        new WorkerRegistration("runner\n", "b1"),
                        new WorkerRegistration("", "b1"),
                        new WorkerRegistration("runner", "b".repeat(201)))) {
            Reply refused = work(Paths.WORKERS, unprintable);
            assertThat(refused.status()).as(unprintable.toString()).isEqualTo(400);
            assertThat(refused.json().path("code").textValue()).isEqualTo("WORKER_INVALID");
        }
    }

    @Test
    void aRunFromItsClaimToItsOutcome() throws JsonProcessingException {
        StackRef stack = ledger.due("t-" + UUID.randomUUID());
        assertThat(work(Paths.WORKERS, new WorkerRegistration("w2", "b1")).status()).isEqualTo(204);
        ClaimRequest request = new ClaimRequest("w2", "b1", "r1", Lane.LIFECYCLE, 0);

        Reply given = work(Paths.CLAIMS, request);
        Claim claim = JSON.readValue(given.body(), Claim.class);
        assertThat(given.status()).isEqualTo(200);
        assertThat(claim.stack()).isEqualTo(stack);
        String lease = TestWorker.lease(claim);

        assertThat(
                        work(
                                        of(Paths.HEARTBEAT, claim),
                                        new HeartbeatRequest(lease, RunPhase.PLANNING))
                                .json()
                                .path("instruction")
                                .textValue())
                .isEqualTo("CONTINUE");
        LogAppend lines = new LogAppend(lease, List.of(new LogLine(1, 5, "worker", "begins")));
        assertThat(work(of(Paths.LOG, claim), lines).status()).isEqualTo(204);
        assertThat(view(of(Paths.LOG, claim) + "?after=0").json().path(0).path("text").textValue())
                .isEqualTo("begins");
        OutcomeRequest outcome =
                new OutcomeRequest(
                                lease,
                                OutcomeRequest.Result.SUCCEEDED,
                                null,
                                null,
                                false,
                                new Delta(2, 0, 0),
                                "1.11.0")
                        .in(new Circumstances(List.of("db", "dns"), null, null));
        assertThat(work(of(Paths.OUTCOME, claim), outcome).status()).isEqualTo(204);
        assertThat(work(of(Paths.OUTCOME, claim), outcome).status()).isEqualTo(204);

        assertThat(ledger.value("select credentials from run where run_id = ?", claim.runId()))
                .isEqualTo("db,dns");
        Reply run = view(of(Paths.RUN, claim));
        assertThat(run.json().path("result").textValue()).isEqualTo("SUCCEEDED");
        assertThat(run.json().path("delta").path("add").intValue()).isEqualTo(2);
        assertThat(view(Paths.RUNS + "?tenant=" + stack.tenantId()).json().path("items").size())
                .isEqualTo(1);
        assertThat(work(Paths.CLAIMS, request).status()).as("nothing is due").isEqualTo(204);
        Reply late =
                work(of(Paths.HEARTBEAT, claim), new HeartbeatRequest(lease, RunPhase.APPLYING));
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.code()).isEqualTo("LEASE_LOST");
    }

    @Test
    void aDriftCheckReportsAndPeopleSeeIt() throws JsonProcessingException {
        StackRef stack = ledger.due("t-" + UUID.randomUUID());
        worker.succeeds(worker.mustClaim());
        ledger.update(
                "update stack set drift_checked_at = null where tenant_id = ?", stack.tenantId());
        Reply given = work(Paths.CLAIMS, new ClaimRequest("w1", "boot-1", "r2", Lane.DRIFT, 0));
        Claim claim = JSON.readValue(given.body(), Claim.class);
        DriftReport report =
                new DriftReport(
                        DriftReport.Result.DRIFTED,
                        List.of(
                                new DriftReport.Change(
                                        "role.tenant",
                                        "role",
                                        "update",
                                        List.of(new DriftReport.Attribute("limit", "changed")))),
                        null);

        assertThat(work(of(Paths.DRIFT_REPORT, claim), report).status()).isEqualTo(204);

        assertThat(
                        view(Paths.DRIFT + "?tenant=" + stack.tenantId())
                                .json()
                                .path("items")
                                .path(0)
                                .path("changes")
                                .path(0)
                                .path("address")
                                .textValue())
                .isEqualTo("role.tenant");
    }

    @Test
    void aDeadLetterIsListedForViewersAndReplayedByOperatorsOnly() throws JsonProcessingException {
        StackRef stack = ledger.due("t-" + UUID.randomUUID());
        worker.fails(worker.mustClaim(), "CONFIG");
        Reply list = view(Paths.DEAD_LETTERS + "?status=OPEN&tenant=" + stack.tenantId());
        String id = list.json().path("items").path(0).path("id").textValue();
        String replay = Paths.DEAD_LETTER_REPLAY.replace("{id}", id);
        String asked =
                JSON.writeValueAsString(new ReplayRequest(true, "the module is mended", false));

        assertThat(ServiceClient.as(TestTokens.VIEWER).send("POST", replay, asked).status())
                .isEqualTo(403);
        assertThat(ServiceClient.as(null).send("POST", replay, asked).status()).isEqualTo(401);
        Reply done = ServiceClient.as(TestTokens.OPERATOR).send("POST", replay, asked);

        assertThat(done.json().path("executed").booleanValue()).isTrue();
        assertThat(worker.mustClaim().stack()).isEqualTo(stack);
        Reply shown =
                ServiceClient.as(TestTokens.OPERATOR)
                        .send("GET", Paths.DEAD_LETTER.replace("{id}", id), null);
        assertThat(shown.json().path("status").textValue()).isEqualTo("REPLAYED");
        assertThat(shown.json().path("remedy").textValue()).isNotEmpty();
    }

    private static String of(String path, Claim claim) {
        return path.replace("{runId}", claim.runId());
    }

    private static Reply work(String path, Object body) throws JsonProcessingException {
        return ServiceClient.as(TestTokens.WORKER)
                .send("POST", path, JSON.writeValueAsString(body));
    }

    private static Reply view(String path) {
        return ServiceClient.as(TestTokens.VIEWER).send("GET", path, null);
    }
}
