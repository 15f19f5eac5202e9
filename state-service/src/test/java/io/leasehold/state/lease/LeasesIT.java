package io.leasehold.state.lease;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agroal.api.AgroalDataSource;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.HeartbeatReply;
import io.leasehold.ledger.api.HeartbeatReply.Instruction;
import io.leasehold.ledger.api.HeartbeatRequest;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.Lease;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.WorkerRegistration;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.state.problem.Refusal;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class LeasesIT {
    @Inject Ledger ledger;
    @Inject AgroalDataSource database;
    @Inject TestWorker worker;
    @Inject Heartbeats heartbeats;
    @Inject Pulse pulse;
    @Inject LostLeases lost;
    @Inject Workers workers;

    @BeforeEach
    void aQuietLedgerAndOneWorker() {
        worker.beginsWithNothingDue();
    }

    @Test
    void anExpiredLeaseIsTakenOverAfterTheGraceAndIsNoTryOfTheRun() {
        StackRef stack = ledger.due(tenant());
        Claim first = mustClaim();
        beat(first, RunPhase.PLANNING);
        expired(stack, "2 seconds");
        freeExpired();
        assertThat(claim("r", 0)).as("within the grace").isEmpty();

        expired(stack, "6 seconds");
        freeExpired();
        Claim second = mustClaim();

        assertThat(second.stack()).isEqualTo(stack);
        assertThat(second.attempt()).isEqualTo(1);
        assertThat(lease(second).epoch()).isEqualTo(2);
        assertThat(lease(second).leaseId()).isNotEqualTo(lease(first).leaseId());
        assertThat(second.direct()).as("an apply may have begun").isFalse();
        assertThat(ledger.value("select result from run where run_id = ?", first.runId()))
                .isEqualTo("LOST");
        assertThat(ledger.phases(stack.tenantId()))
                .containsExactly("started", "planning", "retrying", "started");
        assertThatThrownBy(() -> beat(first, RunPhase.PLANNING))
                .isInstanceOfSatisfying(
                        Refusal.class, r -> assertThat(r.code()).isEqualTo("LEASE_LOST"));
    }

    @Test
    void aLeaseThatWasNeverBeatenCostsNoTry() {
        StackRef stack = ledger.due(tenant());
        mustClaim();
        expired(stack, "6 seconds");
        freeExpired();

        assertThat(mustClaim().attempt()).isEqualTo(1);
    }

    @Test
    void aNewerBootFreesWhatTheOlderHeldAndTheOlderGetsNothingMore() {
        StackRef stack = ledger.due(tenant());
        Claim first = mustClaim();
        beat(first, RunPhase.APPLYING);

        worker.registers("boot-2");

        assertThat(ledger.of(stack, "lease_id")).isEqualTo("null");
        assertThatThrownBy(() -> claim("r", 0))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        r -> assertThat(r.code()).isEqualTo("WORKER_NOT_REGISTERED"));
        assertThat(worker.claim("boot-2", "r2", Lane.LIFECYCLE, 0).orElseThrow().stack())
                .isEqualTo(stack);
    }

    @Test
    void aWorkerThatLeavesHoldsNothingAndIsGivenNothingMore() {
        StackRef begun = ledger.due(tenant());
        beat(mustClaim(), RunPhase.APPLYING);
        StackRef never = ledger.due(tenant());
        mustClaim();

        Ledger.await(() -> workers.leave(new WorkerRegistration("w1", "boot-0")));
        assertThat(ledger.of(begun, "lease_id")).as("another boot left").isNotEqualTo("null");
        Ledger.await(() -> workers.leave(new WorkerRegistration("w1", "boot-1")));

        assertThat(ledger.of(begun, "lease_id")).isEqualTo("null");
        assertThat(ledger.of(never, "lease_id")).isEqualTo("null");
        assertThat(ledger.of(never, "attempts")).as("it never began").isEqualTo(0);
        assertThatThrownBy(() -> claim("r", 0))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        r -> assertThat(r.code()).isEqualTo("WORKER_NOT_REGISTERED"));
    }

    @Test
    void registeringTheSameBootAgainFreesNothing() {
        ledger.due(tenant());
        Claim claim = mustClaim();

        worker.registers("boot-1");

        assertThat(beat(claim, RunPhase.PLANNING).instruction()).isEqualTo(Instruction.CONTINUE);
    }

    @Test
    void timeThatStoodStillExpiresNothing() {
        StackRef stack = ledger.due(tenant());
        Claim claim = mustClaim();
        beat(claim, RunPhase.PLANNING);
        // As after an outage of two minutes: the pulse stopped, and the lease with it.
        ledger.update(
                """
                with outage as (update pulse set beaten_at = now() - interval '2 minutes')
                update stack set lease_until = now() - interval '100 seconds' where tenant_id = ?
                """,
                stack.tenantId());

        HeartbeatReply reply = beat(claim, RunPhase.PLANNING);

        assertThat(reply.remainingMillis()).isBetween(29_000L, 30_000L);
        Ledger.await(() -> pulse.tick());
        assertThat(ledger.of(stack, "lease_id")).isEqualTo(lease(claim).leaseId());
    }

    @Test
    void aClockThatIsSetBackNeitherShortensNorLengthensALease() {
        StackRef stack = ledger.due(tenant());
        // As when the clock was set back by an hour and no pulse has seen it yet.
        ledger.update("update pulse set beaten_at = clock_timestamp() + interval '1 hour'");

        Claim claim = mustClaim();
        assertThat(secondsLeft(stack)).isBetween(13, 15);
        assertThat(beat(claim, RunPhase.PLANNING).remainingMillis()).isBetween(29_000L, 30_000L);
        assertThat(secondsLeft(stack)).isBetween(28, 30);

        Ledger.await(() -> pulse.tick());
        assertThat(secondsLeft(stack)).isBetween(27, 30);
        assertThat(ledger.of(stack, "lease_id")).isEqualTo(lease(claim).leaseId());
    }

    /** Of a lease, in service time. */
    private int secondsLeft(StackRef stack) {
        Object left =
                ledger.value(
                        """
                        select cast(extract(epoch from lease_until - greatest(beaten_at, clock_timestamp())) as int)
                        from stack, pulse where tenant_id = ?
                        """,
                        stack.tenantId());
        return (Integer) Objects.requireNonNull(left);
    }

    @Test
    void aPulseThatMissedNothingGivesNothing() {
        StackRef stack = ledger.due(tenant());
        mustClaim();
        Object before = ledger.of(stack, "lease_until");

        Ledger.await(() -> pulse.beat());

        assertThat(ledger.of(stack, "lease_until")).isEqualTo(before);
    }

    @Test
    void heartbeatsExtendByPhaseAndTellEachPhaseOnce() {
        StackRef stack = ledger.due(tenant());
        Claim claim = mustClaim();

        assertThat(beat(claim, RunPhase.PREPARING).remainingMillis()).isBetween(29_000L, 30_000L);
        beat(claim, RunPhase.PLANNING);
        beat(claim, RunPhase.PLANNING);
        assertThat(beat(claim, RunPhase.APPLYING).remainingMillis()).isBetween(59_000L, 60_000L);
        beat(claim, RunPhase.PLANNING);

        assertThat(ledger.phases(stack.tenantId()))
                .containsExactly("started", "planning", "applying");
    }

    @Test
    void aHeartbeatHearsOfSomethingNewer() {
        StackRef stack = ledger.due(tenant());
        Claim claim = mustClaim();
        ledger.newer(stack, 2, true);
        assertThat(beat(claim, RunPhase.PLANNING).instruction()).isEqualTo(Instruction.REPLAN);

        ledger.newer(stack, 3, false);
        assertThat(beat(claim, RunPhase.PLANNING).instruction()).isEqualTo(Instruction.DROP);
    }

    @Test
    void enteringTheApplyIsTheLastLookAndAfterItNothingInterrupts() {
        StackRef stack = ledger.due(tenant());
        Claim claim = mustClaim();
        beat(claim, RunPhase.PLANNING);
        ledger.newer(stack, 2, false);

        assertThat(beat(claim, RunPhase.APPLYING).instruction()).isEqualTo(Instruction.DROP);
        assertThat(ledger.phases(stack.tenantId())).containsExactly("started", "planning");
    }

    @Test
    void anApplyAtWorkIsNotAskedToStopByADelete() {
        StackRef stack = ledger.due(tenant());
        Claim claim = mustClaim();
        beat(claim, RunPhase.APPLYING);
        ledger.newer(stack, 2, false);

        assertThat(beat(claim, RunPhase.APPLYING).instruction()).isEqualTo(Instruction.CONTINUE);
    }

    @Test
    void aHeartbeatThatWaitedForASuspensionHearsOfIt() throws Exception {
        StackRef stack = ledger.due(tenant());
        Claim claim = mustClaim();
        beat(claim, RunPhase.PLANNING);
        CompletableFuture<HeartbeatReply> entering;
        try (Connection suspending = database.getConnection();
                Statement statement = suspending.createStatement()) {
            suspending.setAutoCommit(false);
            statement.execute(
                    "update life set lifecycle = 'suspended' where tenant_id = '%s'"
                            .formatted(stack.tenantId()));
            statement.execute(
                    "update stack set due = false where tenant_id = '%s'"
                            .formatted(stack.tenantId()));

            entering = CompletableFuture.supplyAsync(() -> beat(claim, RunPhase.APPLYING));
            eventually(
                    Duration.ofSeconds(10),
                    () ->
                            assertThat(
                                            ledger.column(
                                                    "select 1 from pg_locks where not granted and"
                                                            + " locktype = 'transactionid'"))
                                    .isNotEmpty());
            suspending.commit();
        }

        assertThat(entering.get().instruction()).isEqualTo(Instruction.DROP);
        assertThat(ledger.phases(stack.tenantId())).containsExactly("started", "planning");
    }

    @Test
    void aHeartbeatWithAnotherLeaseIsLost() {
        ledger.due(tenant());
        Claim claim = mustClaim();

        assertThatThrownBy(() ->
                        Ledger.await(() ->
                                heartbeats.beat(
                                        claim.runId(),
                                        new HeartbeatRequest("guessed", RunPhase.PLANNING))))
                .isInstanceOfSatisfying(Refusal.class, r -> assertThat(r.status()).isEqualTo(409));
    }

    @Test
    void aRunThatCannotBeEndedKeepsNoOtherFromIt() {
        StackRef stuck = ledger.due(tenant());
        String stuckRun = mustClaim().runId();
        StackRef stack = ledger.due(tenant());
        mustClaim();
        // From before it is due until all is seen: the service's own pulse would free it too.
        ledger.refusesChanges("run", "old.run_id = '" + stuckRun + "'");
        try {
            expired(stuck, "20 seconds");
            expired(stack, "6 seconds");

            freeExpired();

            assertThat(ledger.of(stack, "lease_id")).isEqualTo("null");
            assertThat(ledger.of(stuck, "lease_run")).isEqualTo(stuckRun);
        } finally {
            ledger.takesChanges("run");
        }
        freeExpired();
        assertThat(ledger.of(stuck, "lease_id")).isEqualTo("null");
    }

    private static String tenant() {
        return "t-" + UUID.randomUUID();
    }

    private Claim mustClaim() {
        return worker.mustClaim();
    }

    private Optional<Claim> claim(String request, long wait) {
        return worker.claim("boot-1", request, Lane.LIFECYCLE, wait);
    }

    private HeartbeatReply beat(Claim claim, RunPhase phase) {
        return worker.beats(claim, phase);
    }

    private void expired(StackRef stack, String ago) {
        ledger.update(
                "update stack set lease_until = clock_timestamp() - cast(? as interval)"
                        + " where tenant_id = ?",
                ago,
                stack.tenantId());
    }

    private void freeExpired() {
        Ledger.await(() -> pulse.beat().chain(lost::freeExpired));
    }

    private static Lease lease(Claim claim) {
        return Objects.requireNonNull(claim.lease());
    }
}
