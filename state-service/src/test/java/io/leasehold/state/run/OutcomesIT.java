package io.leasehold.state.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.events.Topics;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.HeartbeatReply.Instruction;
import io.leasehold.ledger.api.LogAppend;
import io.leasehold.ledger.api.LogLine;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.ledger.api.OutcomeRequest.Result;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.state.problem.Refusal;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class OutcomesIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject RunLog log;
    @Inject RunViews views;
    @Inject ObjectMapper json;

    @BeforeEach
    void aQuietLedgerAndOneWorker() {
        worker.beginsWithNothingDue();
    }

    @Test
    void aSuccessIsAppliedRememberedAndPublished() throws IOException {
        StackRef stack = ledger.due("t-" + UUID.randomUUID());
        Claim claim = worker.mustClaim();
        worker.writesState(claim, 2, "db.internal");

        worker.ends(claim, Result.SUCCEEDED, null);

        assertThat(ledger.of(stack, "applied_revision")).isEqualTo(1L);
        assertThat(ledger.of(stack, "applied_generation")).isEqualTo(1L);
        assertThat(ledger.of(stack, "lease_id")).isEqualTo("null");
        assertThat(ledger.of(stack, "due")).isEqualTo(false);
        assertThat(
                        ledger.value(
                                "select tofu_version from stack_applied where tenant_id = ?",
                                stack.tenantId()))
                .isEqualTo("1.11.0");
        JsonNode outputs = onlySnapshot(stack);
        assertThat(outputs.path("ready").booleanValue()).isTrue();
        assertThat(outputs.path("generation").longValue()).isEqualTo(1);
        assertThat(outputs.path("stateVersion").longValue()).isEqualTo(2);
        assertThat(outputs.path("outputs").path("host").path("value").textValue())
                .isEqualTo("db.internal");
        assertThat(outputs.path("outputs").path("password").path("ref").textValue())
                .isEqualTo("state://" + stack.key() + "/outputs/password");
        assertThat(outputs.toString()).doesNotContain("s3cret").doesNotContain("internal_only");
        assertThat(ledger.phases(stack.tenantId())).containsExactly("started", "succeeded");
    }

    @Test
    void anOutcomeSentTwiceChangesNothingTheSecondTime() {
        StackRef stack = ledger.due("t-" + UUID.randomUUID());
        Claim claim = worker.mustClaim();
        worker.ends(claim, Result.SUCCEEDED, null);
        List<Object> before = ledger.column("select id from outbox order by id");

        worker.ends(claim, Result.SUCCEEDED, null);

        assertThat(ledger.column("select id from outbox order by id")).isEqualTo(before);
        assertThat(ledger.of(stack, "applied_revision")).isEqualTo(1L);
    }

    @Test
    void anOutcomeUnderALeaseThatWasLostIsRefused() {
        StackRef stack = ledger.due("t-" + UUID.randomUUID());
        Claim claim = worker.mustClaim();
        worker.registers("boot-2");

        assertThatThrownBy(() -> worker.ends(claim, Result.SUCCEEDED, null))
                .isInstanceOfSatisfying(
                        Refusal.class, r -> assertThat(r.code()).isEqualTo("LEASE_LOST"));
        assertThat(ledger.of(stack, "applied_revision")).isEqualTo(0L);
        assertThatThrownBy(() ->
                        worker.reports(
                                claim.runId(),
                                new OutcomeRequest(
                                        "guessed",
                                        Result.SUCCEEDED,
                                        null,
                                        null,
                                        false,
                                        Delta.NONE,
                                        "1.11.0")))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void whatADatabaseThatWasPutBackHasForgottenIsNotApplied() {
        StackRef stack = ledger.due("t-" + UUID.randomUUID());
        Claim claim = worker.mustClaim();
        worker.beats(claim, RunPhase.APPLYING);
        worker.writesState(claim, 2, "db.internal");
        Object stored =
                ledger.value(
                        "delete from state_version where tenant_id = ? and version = 2 returning md5",
                        stack.tenantId());
        ledger.update("update stack set state_version = 1 where tenant_id = ?", stack.tenantId());

        worker.succeedsWith(claim, String.valueOf(stored));

        assertThat(ledger.of(stack, "applied_revision")).isEqualTo(0L);
        assertThat(ledger.of(stack, "failed_code")).isEqualTo("STATE_WRITE_FAILED");
        assertThat(String.valueOf(ledger.of(stack, "failed_message"))).contains("put back");
        assertThat(
                        ledger.column(
                                "select code from dead_letter where tenant_id = ?",
                                stack.tenantId()))
                .containsExactly("STATE_WRITE_FAILED");
    }

    @Test
    void aStateThatIsThereIsApplied() {
        StackRef stack = ledger.due("t-" + UUID.randomUUID());
        Claim claim = worker.mustClaim();
        worker.writesState(claim, 2, "db.internal");

        worker.succeedsWith(
                claim,
                String.valueOf(
                        ledger.value(
                                "select md5 from state_version where tenant_id = ? and version = 2",
                                stack.tenantId())));

        assertThat(ledger.of(stack, "applied_revision")).isEqualTo(1L);
    }

    @Test
    void aNewerApplyMakesTheOutputsUnreadyAndItsEndReadyAgain() throws IOException {
        StackRef stack = ledger.due("t-" + UUID.randomUUID());
        Claim first = worker.mustClaim();
        worker.writesState(first, 2, "db.internal");
        worker.ends(first, Result.SUCCEEDED, null);
        ledger.newer(stack, 2, true);
        Claim second = worker.mustClaim();

        worker.beats(second, RunPhase.APPLYING);
        worker.beats(second, RunPhase.APPLYING);
        worker.writesState(second, 3, "db2.internal");
        worker.ends(second, Result.SUCCEEDED, null);

        List<JsonNode> snapshots = snapshots(stack);
        assertThat(snapshots)
                .extracting(s -> s.path("ready").booleanValue())
                .containsExactly(true, false, true);
        assertThat(snapshots)
                .extracting(s -> s.path("sequence").longValue())
                .containsExactly(1L, 2L, 3L);
        assertThat(snapshots)
                .extracting(s -> s.path("outputs").path("host").path("value").textValue())
                .containsExactly("db.internal", "db.internal", "db2.internal");
        assertThat(snapshots.get(2).path("generation").longValue()).isEqualTo(2);
    }

    @Test
    void aRetryableFailureWaitsAndAtLastIsADeadLetter() {
        StackRef stack = ledger.due("t-" + UUID.randomUUID());
        for (int attempt = 1; attempt <= 5; attempt++) {
            Claim claim = worker.mustClaim();
            assertThat(claim.attempt()).isEqualTo(attempt);
            worker.ends(claim, Result.FAILED, "NETWORK");
            ledger.update(
                    "update stack set not_before = now() where tenant_id = ?", stack.tenantId());
        }

        assertThat(ledger.of(stack, "due")).isEqualTo(false);
        assertThat(ledger.of(stack, "failed_revision")).isEqualTo(1L);
        assertThat(ledger.of(stack, "failed_code")).isEqualTo("NETWORK");
        assertThat(ledger.of(stack, "failed_message"))
                .isEqualTo("it failed Tried 5 times, the limit for NETWORK.");
        assertThat(ledger.phases(stack.tenantId()))
                .filteredOn(phase -> !phase.equals("started"))
                .containsExactly("retrying", "retrying", "retrying", "retrying", "failed");
        assertThat(
                        ledger.column(
                                "select code from dead_letter where tenant_id = ?",
                                stack.tenantId()))
                .containsExactly("NETWORK");
        assertThat(ledger.published(Topics.DEAD_LETTER, stack.tenantId())).hasSize(1);
    }

    @Test
    void aStateThatWasNotStoredEndsTheRevisionAndTheNextOneLooksBeforeItApplies() {
        StackRef stack = ledger.due("t-" + UUID.randomUUID());
        Claim claim = worker.mustClaim();
        worker.beats(claim, RunPhase.APPLYING);

        worker.ends(claim, Result.FAILED, "STATE_WRITE_FAILED");

        assertThat(ledger.of(stack, "due")).isEqualTo(false);
        assertThat(
                        ledger.column(
                                "select code from dead_letter where tenant_id = ?",
                                stack.tenantId()))
                .containsExactly("STATE_WRITE_FAILED");
        ledger.newer(stack, 2, true);
        Claim next = worker.mustClaim();
        assertThat(next.interrupted()).isTrue();
        assertThat(next.direct()).isFalse();
    }

    @Test
    void aFirstFailureWaitsForItsTurn() {
        StackRef stack = ledger.due("t-" + UUID.randomUUID());
        Claim claim = worker.mustClaim();
        Object before = ledger.column("select clock_timestamp()").getFirst();
        worker.ends(claim, Result.FAILED, "NETWORK");

        assertThat(
                        ledger.value(
                                """
                                select not_before between cast(? as timestamptz) + interval '7.5 s'
                                    and clock_timestamp() + interval '15 s'
                                from stack where tenant_id = ?
                                """,
                                before,
                                stack.tenantId()))
                .isEqualTo(true);
        assertThat(ledger.of(stack, "attempts")).isEqualTo(1);
    }

    @Test
    void aFailureWithSomethingNewerWaitingIsSupersededAndNoDeadLetter() {
        StackRef stack = ledger.due("t-" + UUID.randomUUID());
        Claim claim = worker.mustClaim();
        ledger.newer(stack, 2, true);

        worker.ends(claim, Result.FAILED, "CONFIG");

        assertThat(ledger.phases(stack.tenantId())).containsExactly("started", "superseded");
        assertThat(
                        ledger.column(
                                "select id from dead_letter where tenant_id = ?", stack.tenantId()))
                .isEmpty();
        assertThat(worker.mustClaim().revision()).isEqualTo(2);
    }

    @Test
    void aDroppedPlanIsCountedSoThatAStreamOfUpdatesStarvesNobody() {
        StackRef stack = ledger.due("t-" + UUID.randomUUID());
        for (int revision = 2; revision <= 3; revision++) {
            Claim claim = worker.mustClaim();
            ledger.newer(stack, revision, true);
            assertThat(worker.beats(claim, RunPhase.PLANNING).instruction())
                    .isEqualTo(Instruction.REPLAN);
            worker.ends(claim, Result.DROPPED, null);
        }
        Claim third = worker.mustClaim();
        ledger.newer(stack, 4, true);

        assertThat(worker.beats(third, RunPhase.PLANNING).instruction())
                .isEqualTo(Instruction.CONTINUE);
        assertThat(third.revision()).isEqualTo(3);
        assertThat(third.attempt()).isEqualTo(1);
    }

    @Test
    void aDestroyUsesWhatWasAppliedAndLeavesATombstoneForLater() {
        StackRef stack = ledger.due("t-" + UUID.randomUUID());
        Claim first = worker.mustClaim();
        worker.writesState(first, 2, "db.internal");
        worker.ends(first, Result.SUCCEEDED, null);
        ledger.newer(stack, 2, false);

        Claim destroy = worker.mustClaim();
        assertThat(destroy.kind()).isEqualTo(RunKind.DESTROY);
        assertThat(destroy.moduleDigest()).isEqualTo("d1");
        assertThat(destroy.direct()).isTrue();
        worker.beats(destroy, RunPhase.APPLYING);
        worker.ends(destroy, Result.SUCCEEDED, null);

        assertThat(ledger.of(stack, "destroyed")).isEqualTo(true);
        assertThat(ledger.of(stack, "due")).isEqualTo(false);
        assertThat(
                        ledger.column(
                                """
                                select not_before > now() + interval '6 days' from outbox
                                where topic = ? and key = ?::bytea and value is null
                                """,
                                Topics.STACK_OUTPUTS,
                                stack.key().getBytes(UTF_8)))
                .containsExactly(true);
    }

    @Test
    void aLogIsKeptSealedInOrderAndOnce() {
        ledger.due("t-" + UUID.randomUUID());
        Claim claim = worker.mustClaim();
        String lease = TestWorker.lease(claim);
        List<LogLine> lines =
                List.of(
                        new LogLine(1, 1_000, "worker", "begins"),
                        new LogLine(2, 1_500, "apply_start", "role.tenant: creating"));
        Ledger.await(() -> log.append(claim.runId(), new LogAppend(lease, lines)));
        Ledger.await(() -> log.append(claim.runId(), new LogAppend(lease, lines)));

        assertThat(Ledger.await(() -> log.read(claim.runId(), 0, 10))).isEqualTo(lines);
        assertThat(Ledger.await(() -> log.read(claim.runId(), 1, 10))).hasSize(1);
        assertThat(
                        ledger.column(
                                "select position('creating'::bytea in line) from run_log where run_id = ?",
                                claim.runId()))
                .containsOnly(0);
        assertThatThrownBy(() ->
                        Ledger.await(
                                () -> log.append(claim.runId(), new LogAppend("guessed", lines))))
                .isInstanceOf(Refusal.class);
        assertThat(Ledger.await(() -> views.show(claim.runId())).phase())
                .isEqualTo(RunPhase.CLAIMED);
    }

    private JsonNode onlySnapshot(StackRef stack) throws IOException {
        List<JsonNode> all = snapshots(stack);
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private List<JsonNode> snapshots(StackRef stack) throws IOException {
        List<JsonNode> snapshots = new ArrayList<>();
        for (Object text : ledger.published(Topics.STACK_OUTPUTS, stack.key())) {
            snapshots.add(json.readTree((String) text));
        }
        return snapshots;
    }
}
