package io.leasehold.state.operation;

import static io.leasehold.state.TestStack.state;
import static io.leasehold.state.TestStack.thing;
import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.HeartbeatReply.Instruction;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.OutcomeRequest.Result;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateOperation;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestStack;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators have tofu do to states, as runs of their own on a real ledger. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class OperationsIT {
    private static final String MOVE =
            "'operation':{'verb':'mv','from':'terraform_data.a','to':'terraform_data.b'}";
    private static final String ASKED = "{" + MOVE + ",'execute':true,'reason':'it was renamed'}";
    private static final StateOperation.Move MOVED =
            new StateOperation.Move("terraform_data.a", "terraform_data.b");

    @Inject Ledger ledger;
    @Inject TestWorker worker;

    private final String tenant = "t-" + UUID.randomUUID();

    @SuppressWarnings("NullAway.Init") // JUnit calls this before each test.
    private StackRef ref;

    @SuppressWarnings("NullAway.Init") // JUnit calls this before each test.
    private TestStack stack;

    @BeforeEach
    void aStackThatStands() {
        worker.beginsWithNothingDue();
        ref = ledger.due(tenant);
        stack = new TestStack(ref);
        worker.succeeds(worker.mustClaim());
        stack.has(state(stack.lineage(), 5, thing("a", "{}")));
        ledger.update("update stack set drift_checked_at = now() where tenant_id = ?", tenant);
    }

    @AfterEach
    void nothingIsHeldAnyMore() {
        ledger.update("update stack set hold_code = null where tenant_id = ?", tenant);
    }

    @Test
    void itIsSaidFirstWhatWouldBeAskedForAndNothingIs() {
        JsonNode said = stack.does("operations", "{" + MOVE + ",'execute':false}").json();

        assertThat(said.path("executed").asBoolean()).isFalse();
        assertThat(said.path("what").asText())
                .contains("1 thing", "terraform_data.a", "terraform_data.b");
        assertThat(nothingIsClaimed()).isTrue();
        assertThat(TestStack.audited(ledger, ref)).doesNotContain("operate-on-state");
    }

    @Test
    void aWorkerDoesItBeforeAnythingElseAndTheNewVersionSaysWhichRun() {
        ledger.newer(ref, 2, true);
        String runId = asks();
        assertThat(run(runId).path("phase").asText()).isEqualTo("ASKED");

        Claim claim = worker.mustClaim();

        assertThat(claim.runId()).isEqualTo(runId);
        assertThat(claim.kind()).isEqualTo(RunKind.STATE);
        assertThat(claim.operation()).isEqualTo(MOVED);
        assertThat(claim.moduleDigest()).isEqualTo("d2");
        assertThat(claim.inputs().path("size").asInt()).isEqualTo(3);
        assertThat(nothingIsClaimed()).isTrue();
        worker.beats(claim, RunPhase.APPLYING);
        worker.writes(claim, state(stack.lineage(), 6, thing("b", "{}")));
        worker.succeeds(claim);
        JsonNode newest = stack.versions().getFirst();
        assertThat(newest.path("runId").asText()).isEqualTo(runId);
        assertThat(newest.path("kind").asText()).isEqualTo("RUN");
        JsonNode over = run(runId);
        assertThat(over.path("result").asText()).isEqualTo("SUCCEEDED");
        assertThat(over.path("asked").path("by").asText()).isEqualTo("the-operator");
        assertThat(over.path("asked").path("reason").asText()).isEqualTo("it was renamed");
        assertThat(over.path("asked").path("operation").path("verb").asText()).isEqualTo("mv");
        assertThat(TestStack.audited(ledger, ref)).endsWith("operate-on-state: it was renamed");
        Claim next = worker.mustClaim();
        assertThat(next.kind()).isEqualTo(RunKind.APPLY);
        assertThat(next.stateVersion()).isEqualTo(newest.path("version").asLong());
    }

    @Test
    void theStackIsLookedAtAfreshAndNobodyHearsOfTheRun() {
        int told = ledger.phases(tenant).size();
        asks();

        Claim claim = worker.mustClaim();
        worker.beats(claim, RunPhase.PLANNING);
        worker.beats(claim, RunPhase.APPLYING);
        worker.succeeds(claim);

        assertThat(worker.claimCheck().orElseThrow().stack()).isEqualTo(ref);
        assertThat(ledger.phases(tenant)).hasSize(told);
        assertThat(ledger.of(ref, "applied_revision")).isEqualTo(1L);
    }

    @Test
    void oneThatFailsSaysWhyAndIsNotTriedAgain() {
        String runId = asks();
        Claim claim = worker.mustClaim();

        worker.fails(claim, "NETWORK");

        JsonNode over = run(runId);
        assertThat(over.path("result").asText()).isEqualTo("FAILED");
        assertThat(over.path("code").asText()).isEqualTo("NETWORK");
        assertThat(over.path("message").asText()).isEqualTo("it failed");
        assertThat(nothingIsClaimed()).isTrue();
        assertThat(ledger.column("select id from dead_letter where tenant_id = ?", tenant))
                .isEmpty();
        assertThat(ledger.of(ref, "attempts")).isEqualTo(0);
        assertThat(ledger.of(ref, "failed_code")).isEqualTo("null");
        assertThat(worker.claimCheck()).isPresent();
    }

    @Test
    void oneWhoseWorkerIsGoneIsNotTriedAgain() {
        String runId = asks();
        worker.mustClaim();

        worker.registers("boot-2");
        worker.registers("boot-1");

        assertThat(run(runId).path("result").asText()).isEqualTo("LOST");
        assertThat(run(runId).path("message").asText()).contains("versions say whether");
        assertThat(nothingIsClaimed()).isTrue();
        assertThat(ledger.of(ref, "lease_id")).isEqualTo("null");
    }

    @Test
    void whatWasGivenIsGivenAgainWhenTheAnswerWasLost() {
        asks();
        Claim first = worker.claim("boot-1", "request-1", Lane.LIFECYCLE, 0).orElseThrow();

        Claim again = worker.claim("boot-1", "request-1", Lane.LIFECYCLE, 0).orElseThrow();

        assertThat(again.runId()).isEqualTo(first.runId());
        assertThat(again.operation()).isEqualTo(MOVED);
        assertThat(again.moduleDigest()).isEqualTo(first.moduleDigest());
        assertThat(TestWorker.lease(again)).isEqualTo(TestWorker.lease(first));
    }

    @Test
    void aStackThatIsHeldOrSuspendedOrNotWantedIsOperatedOnAllTheSame() {
        ledger.newer(ref, 2, false);
        ledger.update("update life set lifecycle = 'suspended' where tenant_id = ?", tenant);
        ledger.update(
                "update stack set hold_code = 'CANCELLED', hold_by = 'me', hold_reason = 'why' where tenant_id = ?",
                tenant);
        asks();

        Claim claim = worker.mustClaim();

        assertThat(claim.kind()).isEqualTo(RunKind.STATE);
        assertThat(claim.moduleDigest()).as("what was applied").isEqualTo("d1");
        assertThat(worker.beats(claim, RunPhase.APPLYING).instruction())
                .isEqualTo(Instruction.CONTINUE);
        worker.succeeds(claim);
        assertThat(nothingIsClaimed()).isTrue();
    }

    @Test
    void anOperatorCancelsItAtWork() {
        String runId = asks();
        Claim claim = worker.mustClaim();

        stack.posts("/v1/runs/" + runId + "/cancel", "{'reason':'the wrong address'}");

        assertThat(worker.beats(claim, RunPhase.APPLYING).instruction())
                .isEqualTo(Instruction.CANCEL);
        worker.ends(claim, Result.CANCELLED, null);
        assertThat(run(runId).path("result").asText()).isEqualTo("CANCELLED");
        assertThat(nothingIsClaimed()).isTrue();
    }

    @Test
    void aRunAtWorkIsWaitedForAndAPersonsLockToo() {
        ledger.newer(ref, 2, true);
        Claim atWork = worker.mustClaim();
        String runId = asks();
        assertThat(nothingIsClaimed()).isTrue();
        worker.succeeds(atWork);
        assertThat(stack.lock("mine").status()).isEqualTo(200);
        assertThat(nothingIsClaimed()).isTrue();

        assertThat(stack.unlock("mine").status()).isEqualTo(200);

        assertThat(worker.claim("boot-1", "r-1", Lane.LIFECYCLE, 10_000).orElseThrow().runId())
                .isEqualTo(runId);
    }

    @Test
    void whatWaitsForAStackThatIsDestroyedMeanwhileIsNotDone() {
        ledger.newer(ref, 2, false);
        Claim destroy = worker.mustClaim();
        asks();

        worker.succeeds(destroy);

        assertThat(nothingIsClaimed()).isTrue();
    }

    @Test
    void whatNoWorkerCouldHaveWithinAnHourIsNotDoneAnyMore() throws Exception {
        String runId = asks();
        ledger.update(
                "update run set started_at = started_at - interval '1 hour' where run_id = ?",
                runId);

        assertThat(nothingIsClaimed()).isTrue();

        eventually(
                Duration.ofSeconds(10),
                () -> assertThat(run(runId).path("code").asText()).isEqualTo("NOT_CLAIMED"));
        assertThat(run(runId).path("result").asText()).isEqualTo("CANCELLED");
    }

    @Test
    void itIsRefusedWhileAPersonHoldsTheStack() {
        assertThat(stack.lock("mine").status()).isEqualTo(200);

        for (boolean execute : new boolean[] {false, true}) {
            Reply refused =
                    stack.does(
                            "operations",
                            "{" + MOVE + ",'execute':" + execute + ",'reason':'because'}");
            assertThat(refused.code()).isEqualTo("LOCKED");
        }
    }

    @Test
    void whatMakesNoSenseIsRefusedBeforeItIsAskedFor() {
        assertThat(refused(ref, "'verb':'mv','from':'-force','to':'a.b'"))
                .isEqualTo("OPERATION_INVALID");
        assertThat(refused(ref, "'verb':'rm','addresses':['terraform_data.no']"))
                .isEqualTo("ADDRESS_UNKNOWN");
        assertThat(refused(ref, "'verb':'import','address':'terraform_data.a','id':'x'"))
                .isEqualTo("ADDRESS_TAKEN");
        assertThat(
                        stack.does("operations", "{'operation':{'verb':'push'},'execute':true}")
                                .status())
                .isEqualTo(400);
        assertThat(
                        stack.does(
                                        "operations",
                                        "{'operation':{'verb':'rm','addresses':[null]},'execute':true}")
                                .status())
                .isEqualTo(400);
        assertThat(stack.does("operations", "{" + MOVE + ",'execute':true}").code())
                .isEqualTo("REASON_MISSING");
        StackRef persons = new StackRef("p-" + UUID.randomUUID(), 1, "database");
        new TestStack(persons).has(state("lin", 1, thing("a", "{}")));
        assertThat(refused(persons, "'verb':'rm','addresses':['terraform_data.a']"))
                .isEqualTo("STACK_HAS_NO_RUNS");
        ledger.update("update stack set destroyed = true where tenant_id = ?", tenant);
        assertThat(refused(ref, "'verb':'rm','addresses':['terraform_data.a']"))
                .isEqualTo("STACK_DESTROYED");
        assertThat(nothingIsClaimed()).isTrue();
    }

    @Test
    void aRunThatLostItsLeaseWritesAnOrphan() {
        asks();
        Claim claim = worker.mustClaim();
        worker.ends(claim, Result.DROPPED, null);

        assertThat(
                        stack.writes(
                                        TestWorker.lease(claim),
                                        state(stack.lineage(), 6, thing("b", "{}")))
                                .code())
                .isEqualTo("LEASE_LOST");

        assertThat(stack.served()).contains("\"name\":\"a\"");
    }

    private String refused(StackRef of, String operation) {
        return new TestStack(of)
                .does(
                        "operations",
                        "{'operation':{" + operation + "},'execute':true,'reason':'because'}")
                .code();
    }

    private String asks() {
        Reply reply = stack.does("operations", ASKED);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        assertThat(reply.json().path("executed").asBoolean()).isTrue();
        return reply.json().path("runId").asText();
    }

    private static JsonNode run(String runId) {
        return ServiceClient.as(TestTokens.VIEWER).send("GET", "/v1/runs/" + runId, null).json();
    }

    private boolean nothingIsClaimed() {
        return worker.claim("boot-1", "r-" + UUID.randomUUID(), Lane.LIFECYCLE, 0).isEmpty();
    }
}
