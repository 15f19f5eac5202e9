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
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.state.problem.Refusal;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class ClaimsIT {
    @Inject Ledger ledger;
    @Inject AgroalDataSource database;
    @Inject TestWorker worker;
    @Inject Heartbeats heartbeats;
    @Inject Pulse pulse;
    @Inject LostLeases lost;

    @Inject
    @Named(Startup.CLAIMS)
    Signal signal;

    @BeforeEach
    void aQuietLedgerAndOneWorker() {
        worker.beginsWithNothingDue();
    }

    @Test
    void fortyClaimersGetEachStackOnce() throws InterruptedException, ExecutionException {
        String prefix = "many-" + UUID.randomUUID();
        for (int i = 0; i < 25; i++) {
            ledger.due(prefix + "-" + i);
        }
        List<Callable<Optional<Claim>>> claimers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            claimers.add(() -> claim("request-" + UUID.randomUUID(), 0));
        }
        List<String> given = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(40)) {
            for (Future<Optional<Claim>> answer : threads.invokeAll(claimers)) {
                answer.get().ifPresent(claim -> given.add(claim.stack().tenantId()));
            }
        }
        // A claimer may find all that is left locked by others; nobody gets what another has.
        assertThat(given).doesNotHaveDuplicates();
        while (true) {
            Optional<Claim> rest = claim("request-" + UUID.randomUUID(), 0);
            if (rest.isEmpty()) {
                break;
            }
            given.add(rest.get().stack().tenantId());
        }
        assertThat(given).doesNotHaveDuplicates().hasSize(25);
        assertThat(
                        ledger.value(
                                "select count(distinct lease_id) from stack where tenant_id like ?",
                                prefix + "%"))
                .isEqualTo(25L);
    }

    @Test
    void aClaimCarriesAllThatItsRunNeeds() {
        StackRef stack = ledger.due(tenant());

        Claim claim = mustClaim();

        assertThat(claim.stack()).isEqualTo(stack);
        assertThat(claim.kind()).isEqualTo(RunKind.APPLY);
        assertThat(claim.moduleDigest()).isEqualTo("d1");
        assertThat(claim.inputs().path("size").intValue()).isEqualTo(3);
        assertThat(claim.endpoints()).containsExactly("db.internal:5432");
        assertThat(claim.direct()).isTrue();
        assertThat(claim.attempt()).isEqualTo(1);
        assertThat(claim.stateVersion()).isEqualTo(1);
        assertThat(lease(claim).epoch()).isEqualTo(1);
        assertThat(lease(claim).remainingMillis()).isEqualTo(15_000);
        assertThat(ledger.of(stack, "apply_started")).isEqualTo(true);
        assertThat(ledger.phases(stack.tenantId())).containsExactly("started");
    }

    @Test
    void theLongestDueGoesFirst() {
        StackRef younger = ledger.due(tenant());
        StackRef older = ledger.due(tenant());
        ledger.update(
                "update stack set due_since = now() - interval '1 hour' where tenant_id = ?",
                older.tenantId());

        assertThat(mustClaim().stack()).isEqualTo(older);
        assertThat(mustClaim().stack()).isEqualTo(younger);
    }

    @Test
    void whatMustNotRunNowIsNotGiven() {
        for (String why :
                List.of(
                        "not_before = now() + interval '1 hour'",
                        "waiting_code = 'DEPENDENCY_NOT_READY'",
                        "hold_code = 'SUSPENDED'",
                        "hold_code = 'BREAKER', hold_until = now() + interval '1 hour'",
                        "due = false")) {
            StackRef stack = ledger.due(tenant());
            ledger.update("update stack set " + why + " where tenant_id = ?", stack.tenantId());
        }
        StackRef locked = ledger.due(tenant());
        ledger.update(
                "insert into state_lock values (?, 1, ?, 'lock', '{}', 'ann', now())",
                locked.tenantId(),
                locked.stack());

        assertThat(claim("r", 0)).isEmpty();
    }

    @Test
    void aHoldThatIsOverHoldsNothing() {
        StackRef stack = ledger.due(tenant());
        ledger.update(
                "update stack set hold_code = 'BREAKER', hold_until = now() - interval '1 second'"
                        + " where tenant_id = ?",
                stack.tenantId());

        assertThat(mustClaim().stack()).isEqualTo(stack);
    }

    @Test
    void aRequestAskedAgainGetsTheSameAnswerUntilItsFirstHeartbeat() {
        ledger.due(tenant());
        Claim first = claim("same", 0).orElseThrow();
        Claim again = claim("same", 0).orElseThrow();

        assertThat(again.runId()).isEqualTo(first.runId());
        assertThat(lease(again).leaseId()).isEqualTo(lease(first).leaseId());
        assertThat(again.inputs()).isEqualTo(first.inputs());
        assertThat(again.direct()).isTrue();

        beat(first, RunPhase.PREPARING);
        assertThat(claim("same", 0)).isEmpty();
    }

    @Test
    void aClaimThatWaitsIsWokenByWhatBecomesDue() throws Exception {
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<Optional<Claim>> waiting = thread.submit(() -> claim("waits", 20_000));
            StackRef stack = ledger.due(tenant());
            signal.wake();

            assertThat(waiting.get().orElseThrow().stack()).isEqualTo(stack);
        }
    }

    @Test
    void anExpiredLeaseIsTakenOverAfterTheGraceAndCountsAsATry() {
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
        assertThat(second.attempt()).isEqualTo(2);
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

    @Test
    void nothingIsGivenAwayAfterTheDatabaseWasPutBackUntilTheLongestLeaseIsOver() {
        StackRef stack = ledger.due(tenant());
        Ledger.await(() -> pulse.beat());
        ledger.update("update pulse set database = 'on another timeline'");

        Ledger.await(() -> pulse.beat());

        assertThat(claim("r-1", 0)).isEmpty();
        assertThat(
                        ledger.value(
                                "select cast(extract(epoch from claims_from - clock_timestamp()) as int) from pulse"))
                .isIn(64, 65);
        ledger.update("update pulse set claims_from = clock_timestamp()");
        Ledger.await(() -> pulse.beat());
        assertThat(claim("r-2", 0).orElseThrow().stack()).isEqualTo(stack);
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
