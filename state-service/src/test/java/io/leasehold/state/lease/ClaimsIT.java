package io.leasehold.state.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.HeartbeatReply;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.Lease;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.Signal;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.state.outbox.OutboxSignal;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class ClaimsIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject Pulse pulse;
    @Inject ClaimSets sets;
    @Inject OutboxSignal outbox;
    @Inject Vertx vertx;

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
        Signal signal = new Signal(vertx);
        // It looks again by itself only when its wait is over.
        Claims claims = new Claims(pulse, sets, lookingAgainAfter("PT1H"), signal, outbox, vertx);
        ClaimRequest request = new ClaimRequest("w1", "boot-1", "waits", Lane.LIFECYCLE, 30_000);
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<Optional<Claim>> waiting =
                    thread.submit(() -> Ledger.await(() -> claims.claim(request)));
            StackRef stack = ledger.due(tenant());

            signal.wake();

            assertThat(waiting.get(20, TimeUnit.SECONDS).orElseThrow().stack()).isEqualTo(stack);
        }
    }

    private static LeaseConfig lookingAgainAfter(String poll) {
        return new SmallRyeConfigBuilder()
                .withMapping(LeaseConfig.class)
                .withDefaultValue("leasehold.lease.poll", poll)
                .build()
                .getConfigMapping(LeaseConfig.class);
    }

    @Test
    void nothingIsGivenAwayAfterTheDatabaseWasPutBackUntilTheLongestLeaseIsOver() {
        StackRef stack = ledger.due(tenant());
        Ledger.await(() -> pulse.beat());
        Object before = ledger.column("select clock_timestamp()").getFirst();
        ledger.update("update pulse set database = 'on another timeline'");

        Ledger.await(() -> pulse.beat());

        assertThat(claim("r-1", 0)).isEmpty();
        assertThat(
                        ledger.value(
                                """
                                select claims_from - interval '65 s'
                                    between cast(? as timestamptz) and clock_timestamp() from pulse
                                """,
                                before))
                .isEqualTo(true);
        ledger.update("update pulse set claims_from = clock_timestamp()");
        Ledger.await(() -> pulse.beat());
        assertThat(claim("r-2", 0).orElseThrow().stack()).isEqualTo(stack);
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

    private static Lease lease(Claim claim) {
        return Objects.requireNonNull(claim.lease());
    }
}
