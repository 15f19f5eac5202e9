package io.leasehold.state.lock;

import static io.leasehold.state.TestStack.state;
import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestStack;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.state.lease.TestPulse;
import io.leasehold.state.problem.Refusal;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Who holds a stack, how it is taken from them, and what a person's lock and state mean to runs.
 */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class LocksIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject TestPulse pulse;

    private final String tenant = "l-" + UUID.randomUUID();
    private StackRef ref;
    private TestStack stack;

    @BeforeEach
    void aDueStackAndNothingElse() {
        worker.beginsWithNothingDue();
        ref = ledger.due(tenant);
        stack = new TestStack(ref);
    }

    @Test
    void aRunsLeaseIsShownWithRunEpochLastBeatAndWhetherItLives() {
        Claim claim = worker.mustClaim();
        assertThat(lock().path("lastBeat").isNull()).isTrue();
        worker.beats(claim, RunPhase.APPLYING);

        JsonNode lock = lock();

        assertThat(lock.path("holder").asText()).isEqualTo("LEASE");
        assertThat(lock.path("id").asText()).isEqualTo(claim.runId());
        assertThat(lock.path("who").asText()).isEqualTo("w1");
        assertThat(lock.path("epoch").asLong()).isEqualTo(1);
        assertThat(lock.path("since").asText()).isNotEmpty();
        assertThat(lock.path("lastBeat").asText()).isNotEmpty();
        assertThat(lock.path("alive").asBoolean()).isTrue();
        assertThat(lock.path("doing").asText()).isEqualTo("applying");
        assertThat(lock.path("released").asBoolean()).isFalse();
        assertThat(lock.toString()).doesNotContain(TestWorker.lease(claim));
    }

    @Test
    void aLeaseThatRanOutIsNotAliveUnlessServiceTimeStoodStill() {
        worker.mustClaim();
        // Time must not stand still yet; and what ran out five seconds ago is freed.
        pulse.beats();
        ledger.update(
                "update stack set lease_until = now() - interval '1 s' where tenant_id = ?",
                tenant);
        assertThat(lock().path("alive").asText()).isEqualTo("false");

        // Whether or not the next beat makes up for the gap first: the lease was live before it.
        ledger.update("update pulse set beaten_at = now() - interval '10 s'");

        assertThat(lock().path("alive").asBoolean()).isTrue();
        // The gap is this test's own: no lease of another is to be longer for it.
        ledger.update("update pulse set beaten_at = clock_timestamp()");
    }

    @Test
    void aPersonsLockIsShownWithNameAndWhatTheirTofuSays() {
        stack.lock("mine");

        JsonNode lock = lock();

        assertThat(lock.path("holder").asText()).isEqualTo("PERSON");
        assertThat(lock.path("id").asText()).isEqualTo("mine");
        assertThat(lock.path("who").asText()).isEqualTo("the-operator");
        assertThat(lock.path("doing").asText()).isEqualTo("OperationTypeApply by me@desk");
    }

    @Test
    void aRunThatLivesLosesItsLeaseOnlyWhenItIsSaidTwiceAndThenAtOnce() throws Exception {
        Claim claim = worker.mustClaim();
        worker.beats(claim, RunPhase.APPLYING);
        worker.writesState(claim, 2, "db");

        Reply refused = release("{'reason':'it hangs'}");
        Reply other = release("{'reason':'it hangs','evenThoughAlive':'run-of-another'}");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("HOLDER_ALIVE");
        assertThat(refused.json().path("detail").asText()).contains(claim.runId(), "w1");
        assertThat(other.code()).isEqualTo("LOCK_CHANGED");
        worker.beats(claim, RunPhase.APPLYING);

        Reply released = release("{'reason':'it hangs','evenThoughAlive':'" + claim.runId() + "'}");

        assertThat(released.status()).as(released.body()).isEqualTo(200);
        assertThat(released.json().path("freeInMillis").asLong()).isBetween(55_000L, 65_000L);
        assertThat(lock().path("released").asBoolean()).isTrue();
        assertThat(TestStack.audited(ledger, ref)).containsExactly("release-lock: it hangs");
        // Whatever the worker does by its old right is refused: beating, writing, reporting.
        assertThatThrownBy(() -> worker.beats(claim, RunPhase.APPLYING))
                .isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> worker.succeeds(claim)).isInstanceOf(Refusal.class);
        String late = state(stack.lineage(), 3);
        ServiceClient run = ServiceClient.as(claim.credential());
        assertThat(run.send("POST", "/state/" + ref.key(), late).code()).isEqualTo("RUN_OVER");
        assertThat(run.send("GET", "/state/" + ref.key(), null).code()).isEqualTo("RUN_OVER");
        assertThat(stack.writes(TestWorker.lease(claim), late).code()).isEqualTo("LEASE_LOST");
        // The orphan is still known as the run's.
        assertThat(stack.versions().getFirst().path("runId").asText()).isEqualTo(claim.runId());
        // Nobody else gets the stack before the holder must have stopped by its own clock.
        assertThat(claimed()).isFalse();
        ledger.update(
                "update stack set lease_until = now() - interval '6 s' where tenant_id = ?",
                tenant);
        eventually(
                SOON,
                () ->
                        assertThat(ledger.of(ref, "lease_id"))
                                .as("freed by the pulse")
                                .isEqualTo("null"));
        ledger.update("update stack set not_before = null where tenant_id = ?", tenant);
        Claim next = worker.mustClaim();
        assertThat(next.stack()).isEqualTo(ref);
        assertThat(next.direct()).isFalse();
    }

    @Test
    void aClaimWhoseAnswerWasLostIsNotGivenAgainAfterARelease() {
        String request = "request-" + UUID.randomUUID();
        Claim claim = worker.claim("boot-1", request, Lane.LIFECYCLE, 0).orElseThrow();

        assertThat(
                        release("{'reason':'by hand','evenThoughAlive':'" + claim.runId() + "'}")
                                .status())
                .isEqualTo(200);

        assertThat(worker.claim("boot-1", request, Lane.LIFECYCLE, 0)).isEmpty();
    }

    @Test
    void aRunThatIsDeadLosesItsLeaseForAReasonAlone() {
        worker.mustClaim();
        ledger.update(
                "update stack set lease_until = now() - interval '1 s' where tenant_id = ?",
                tenant);

        assertThat(release("{}").code()).isEqualTo("REASON_MISSING");
        Reply released = release("{'reason':'the machine burnt'}");

        assertThat(released.status()).as(released.body()).isEqualTo(200);
        assertThat(released.json().path("freeInMillis").asLong()).isLessThanOrEqualTo(4_000);
    }

    @Test
    void aPersonsLockIsTakenWhenItIsSaidTwiceAndTheirWriteIsRefused() {
        stack.lock("mine");

        Reply refused = release("{'reason':'on holiday'}");
        assertThat(refused.code()).isEqualTo("HOLDER_ALIVE");
        assertThat(refused.json().path("detail").asText()).contains("the-operator", "mine");
        assertThat(release("{'reason':'on holiday','evenThoughAlive':'mine'}").status())
                .isEqualTo(200);

        assertThat(release("{'reason':'on holiday','evenThoughAlive':'mine'}").code())
                .isEqualTo("NOT_LOCKED");
        assertThat(
                        ServiceClient.as(TestTokens.OPERATOR)
                                .send(
                                        "POST",
                                        "/state/" + ref.key() + "?ID=mine",
                                        state(stack.lineage(), 2))
                                .code())
                .isEqualTo("LOCK_LOST");
        assertThat(worker.mustClaim().stack()).isEqualTo(ref);
    }

    @Test
    void claimsPassAStackThatAPersonLockedAndTheTenantSaysWhoAndSinceWhen() {
        stack.lock("mine");

        assertThat(claimed()).isFalse();
        String waits = waitingFor();
        assertThat(waits)
                .contains("the-operator holds the lock of its state since 2", "leasehold locks");

        stack.unlock("mine");
        assertThat(waitingFor()).doesNotContain("the-operator");
        assertThat(claimed()).isTrue();
    }

    @Test
    void aPersonsStateIsPlannedBeforeTheFirstRunAppliesAnythingToIt() {
        stack.has(state(stack.lineage(), 2, TestStack.thing("theirs", "{}")));

        Claim claim = worker.mustClaim();

        assertThat(claim.kind()).isEqualTo(RunKind.APPLY);
        assertThat(claim.direct()).isFalse();
        assertThat(claim.stateVersion()).isEqualTo(2);
    }

    @Test
    void aPersonsStateOnAStackThatIsSettledIsLookedAtNext() {
        Claim first = worker.mustClaim();
        worker.beats(first, RunPhase.APPLYING);
        worker.writesState(first, 2, "db");
        worker.succeeds(first);
        assertThat(worker.claimCheck()).isEmpty();

        stack.has(state(stack.lineage(), 3));

        Claim check = worker.claimCheck().orElseThrow();
        assertThat(check.stack()).isEqualTo(ref);
        assertThat(check.stateVersion()).isEqualTo(3);
        ledger.newer(ref, 2, true);
        Claim next = worker.mustClaim();
        assertThat(next.direct()).isFalse();
        assertThat(next.stateVersion()).isEqualTo(3);
    }

    private boolean claimed() {
        return worker.claim("boot-1", "request-" + UUID.randomUUID(), Lane.LIFECYCLE, 0)
                .isPresent();
    }

    private String waitingFor() {
        return ServiceClient.as(TestTokens.VIEWER)
                .send("GET", "/v1/tenants/" + tenant, null)
                .json()
                .path("waitingFor")
                .toString();
    }

    private JsonNode lock() {
        return ServiceClient.as(TestTokens.VIEWER)
                .send("GET", "/v1/locks?tenant=" + tenant, null)
                .json()
                .path("items")
                .path(0);
    }

    private Reply release(String document) {
        return stack.posts("/v1/locks/" + ref.key() + "/release", document);
    }
}
