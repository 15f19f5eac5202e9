package io.leasehold.state.orphan;

import static io.leasehold.state.TestStack.state;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.SqlStatements;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestStack;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orphans that nobody settles but the ledger; it looks when a test says so. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class SettlingIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject OrphanSettler settler;
    @Inject Scheduler scheduler;

    private final String blueprint = "b" + UUID.randomUUID().toString().substring(0, 8);
    private String tenant;
    private StackRef ref;
    private TestStack stack;
    private final TestUpstream upstream = new TestUpstream();

    @BeforeEach
    void aTenantWithOneThing() {
        anotherTenant();
        // What another test left open would be settled in the middle of this one.
        ledger.update(
                """
                update state_version set settled_as = 'DISMISSED', settled_at = clock_timestamp(),
                    settled_by = 'test', settled_reason = 'over'
                where kind = 'ORPHAN' and settled_at is null
                """);
        worker.beginsWithNothingDue();
        ServiceClient.as(TestTokens.OPERATOR)
                .send(
                        "POST",
                        "/v1/blueprints",
                        TestBlueprints.registration(TestBlueprints.SINGLE, blueprint, "1.0.0"));
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));
        Claim first = worker.mustClaim();
        worker.beats(first, RunPhase.APPLYING);
        worker.writes(first, owning(2, "db=i-1"));
        worker.succeeds(first);
    }

    @Test
    void whatTheNextRunTookOverBeforeItWasHandedInIsDismissed() {
        Claim lost = losesItsLease();
        Claim next = nextClaim();
        worker.beats(next, RunPhase.APPLYING);
        worker.writes(next, owning(3, "db=i-1", "late=s3cret-2"));
        worker.succeeds(next);

        handsIn(lost, 3, "late=s3cret-2", "db=i-1");
        looks();

        assertThat(open()).isEmpty();
        assertSettled("DISMISSED", "nothing is lost: version 3 has all that it owns");
        assertThat(TestStack.audited(ledger, ref))
                .containsExactly("dismiss-orphan: nothing is lost: version 3 has all that it owns");
    }

    @Test
    void whatALaterWriteTakesOverIsDismissedThen() {
        Claim lost = losesItsLease();
        Claim next = nextClaim();
        worker.beats(next, RunPhase.APPLYING);
        handsIn(lost, 5, "db=i-1", "late=s3cret-2");
        looks();
        assertThat(finding()).isEqualTo("WAITING");
        worker.writes(next, owning(3, "db=i-1"));
        looks();
        assertThat(finding()).isEqualTo("OWNS_MORE");
        assertThat(open().get().path("finding").path("what").asText())
                .contains("terraform_data.late", "states diff")
                .doesNotContain("s3cret", "terraform_data.db");

        worker.writes(next, owning(4, "db=i-1", "late=s3cret-2"));
        looks();

        assertThat(open()).isEmpty();
        assertSettled("DISMISSED", "nothing is lost: version 5 has all that it owns");
        assertThat(ledger.column("select 1 from orphan_look where tenant_id = ?", tenant))
                .hasSize(1);
        looks();
        assertThat(ledger.column("select 1 from orphan_look where tenant_id = ?", tenant))
                .isEmpty();
    }

    @Test
    void oneUponWhichNobodyWroteIsAdoptedAndTheDeleteThatWaitsGoesOn() {
        Claim lost = losesItsLease();
        handsIn(lost, 3, "db=i-1", "late=i-2");
        upstream.publishes(TestUpstream.deletes(tenant, 3));
        assertThat(claim()).isEmpty();
        assertThat(ledger.of(ref, "waiting_code")).isEqualTo("ORPHAN_STATE");

        looks();

        assertSettled(
                "ADOPTED",
                "nothing is lost: nobody has written since version 2, upon which its run worked");
        Claim destroy = claim().orElseThrow();
        assertThat(destroy.kind()).isEqualTo(RunKind.DESTROY);
        assertThat(destroy.stateVersion()).isEqualTo(4);
        assertThat(stack.versions().getFirst().path("writtenBy").asText()).isEqualTo("ledger");
        assertThat(stack.served()).contains("i-2");
    }

    @Test
    void twoThingsAtOneAddressStayForAPersonAndSoDoesTheDelete() {
        Claim lost = losesItsLease();
        Claim next = nextClaim();
        worker.beats(next, RunPhase.APPLYING);
        worker.writes(next, owning(3, "db=i-1", "late=i-3"));
        worker.succeeds(next);
        handsIn(lost, 5, "db=i-1", "late=i-2");
        upstream.publishes(TestUpstream.deletes(tenant, 3));

        looks();

        assertThat(finding()).isEqualTo("TWO_OBJECTS");
        assertThat(open().get().path("finding").path("what").asText())
                .contains("something else at terraform_data.late", "states diff", "dismiss")
                .doesNotContain("i-2", "i-3");
        assertThat(claim()).isEmpty();
        assertThat(ledger.of(ref, "waiting_code")).isEqualTo("ORPHAN_STATE");
    }

    @Test
    void whatADestroyTookOverAndRemovedIsDismissedAfterwards() {
        anotherTenant();
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));
        Claim lost = worker.mustClaim();
        losesItsLease(lost);
        upstream.publishes(TestUpstream.deletes(tenant, 2));
        Claim destroy = nextClaim();
        assertThat(destroy.kind()).isEqualTo(RunKind.DESTROY);
        worker.beats(destroy, RunPhase.APPLYING);
        worker.writes(destroy, owning(2, "db=i-1"));
        worker.writes(destroy, owning(3));
        worker.succeeds(destroy);
        assertThat(ledger.of(ref, "destroyed")).isEqualTo(true);

        handsIn(lost, 5, "db=i-1");
        looks();

        assertSettled("DISMISSED", "nothing is lost: version 2 has all that it owns");
    }

    @Test
    void whatADestroyByOtherInputsRemovedIsNotProvenToBeGone() {
        Claim lost = losesItsLease();
        upstream.publishes(TestUpstream.deletes(tenant, 3));
        Claim destroy = nextClaim();
        worker.beats(destroy, RunPhase.APPLYING);
        worker.writes(destroy, owning(3, "db=i-1", "late=i-2"));
        worker.writes(destroy, owning(4));
        worker.succeeds(destroy);

        handsIn(lost, 5, "late=i-2");
        looks();

        // It was given what was applied before, which is not what the orphan's run was given.
        assertThat(finding()).isEqualTo("OTHER_INPUTS");
    }

    @Test
    void theSameNameByOtherInputsProvesNothing() {
        Claim lost = losesItsLease();
        upstream.publishes(TestUpstream.wants(tenant, 3, blueprint, 5));
        Claim next = nextClaim();
        worker.beats(next, RunPhase.APPLYING);
        worker.writes(next, owning(3, "db=i-1", "late=i-2"));
        worker.succeeds(next);

        handsIn(lost, 3, "late=i-2", "db=i-1");
        looks();

        assertThat(finding()).isEqualTo("OTHER_INPUTS");
    }

    @Test
    void whatIsHandedInAgainIsNotKeptAgain() {
        Claim lost = losesItsLease();
        handsIn(lost, 3, "db=i-1", "late=i-2");
        handsIn(lost, 3, "db=i-1", "late=i-2");
        assertThat(orphans()).isEqualTo(1);

        looks();
        handsIn(lost, 3, "db=i-1", "late=i-2");

        assertThat(orphans()).isEqualTo(1);
        assertThat(open()).isEmpty();
    }

    @Test
    void whatAPersonHasPushedAlreadyIsNotKept() {
        Claim lost = losesItsLease();
        stack.has(owning(3, "db=i-1", "late=i-2"));

        handsIn(lost, 3, "db=i-1", "late=i-2");

        assertThat(orphans()).isZero();
    }

    @Test
    void ofTwoThatOneRunWroteTheEarlierIsOfNoUse() {
        Claim lost = losesItsLease();
        handsIn(lost, 3, "db=i-1", "gone=i-9");
        handsIn(lost, 4, "db=i-1", "late=i-2");

        looks();

        assertThat(open()).isEmpty();
        assertThat(stack.served()).contains("i-2").doesNotContain("i-9");
        assertThat(settledReasons())
                .contains("nothing is lost: version 4 is what the same run wrote later")
                .contains("ADOPTED");
    }

    @Test
    void whatWasFoundIsNotDoneOnceSomebodyHasWritten() {
        Claim lost = losesItsLease();
        handsIn(lost, 3, "db=i-1", "late=i-2");
        OrphanSettler.Judged found = judged(3);
        assertThat(found.verdict()).isInstanceOf(SettlingDecider.Verdict.Adopt.class);
        stack.has(owning(3, "db=i-1"));

        assertThat(carriedOut(3, found)).isFalse();

        assertThat(open()).isPresent();
        assertThat(stack.served()).doesNotContain("i-2");
    }

    @Test
    void whatWasCoveredIsNotDismissedOnceSomethingElseIsServed() {
        Claim lost = losesItsLease();
        Claim next = nextClaim();
        worker.beats(next, RunPhase.APPLYING);
        worker.writes(next, owning(3, "db=i-1", "late=i-2"));
        handsIn(lost, 3, "late=i-2", "db=i-1");
        OrphanSettler.Judged found = judged(4);
        assertThat(found.verdict()).isInstanceOf(SettlingDecider.Verdict.Dismiss.class);
        worker.writes(next, owning(4, "db=i-1"));

        assertThat(carriedOut(4, found)).isFalse();

        assertThat(open()).isPresent();
    }

    @Test
    void aLedgerWithoutAChangeIsAskedOnceAndOpensNothing() {
        Claim lost = losesItsLease();
        Claim next = nextClaim();
        worker.beats(next, RunPhase.APPLYING);
        worker.writes(next, owning(3, "db=i-1"));
        handsIn(lost, 5, "db=i-1", "late=i-2");
        scheduler.pause();
        try {
            looks();
            looks();
            try (SqlStatements statements = SqlStatements.watch()) {
                looks();
                assertThat(statements.seen()).hasSize(1);
            }
        } finally {
            scheduler.resume();
        }
        assertThat(finding()).isEqualTo("OWNS_MORE");
    }

    /** A state with a thing for each name and id. */
    private String owning(long serial, String... things) {
        return state(
                stack.lineage(),
                serial,
                Arrays.stream(things)
                        .map(each -> each.split("="))
                        .map(each -> TestStack.thing(each[0], "{\"id\":\"" + each[1] + "\"}"))
                        .toArray(String[]::new));
    }

    private void handsIn(Claim lost, long serial, String... things) {
        assertThat(stack.writes(TestWorker.lease(lost), owning(serial, things)).code())
                .isEqualTo("LEASE_LOST");
    }

    private void looks() {
        Ledger.await(settler::round);
    }

    private OrphanSettler.Judged judged(long version) {
        return Ledger.await(() -> settler.judged(new LookRows.Key(ref, version))).orElseThrow();
    }

    private boolean carriedOut(long version, OrphanSettler.Judged found) {
        return Ledger.await(() -> settler.carryOut(new LookRows.Key(ref, version), found));
    }

    private void anotherTenant() {
        tenant = "s" + UUID.randomUUID().toString().substring(0, 13);
        ref = new StackRef(tenant, 1, "database");
        stack = new TestStack(ref);
    }

    /** A run for generation 2 whose worker starts anew, so that its lease is gone. */
    private Claim losesItsLease() {
        upstream.publishes(TestUpstream.wants(tenant, 2, blueprint, 4));
        return losesItsLease(worker.mustClaim());
    }

    private Claim losesItsLease(Claim claim) {
        worker.beats(claim, RunPhase.APPLYING);
        worker.registers("boot-2");
        worker.registers("boot-1");
        return claim;
    }

    /** The failed run's next try comes after a wait. */
    private Claim nextClaim() {
        return claim().orElseThrow();
    }

    private Optional<Claim> claim() {
        ledger.update("update stack set not_before = null where tenant_id = ?", tenant);
        return worker.claim("boot-1", "request-" + UUID.randomUUID(), Lane.LIFECYCLE, 0);
    }

    private Optional<JsonNode> open() {
        return listed("").path("items").valueStream().findFirst();
    }

    private String finding() {
        return open().map(each -> each.path("finding").path("code").asText()).orElse("settled");
    }

    private void assertSettled(String what, String reason) {
        JsonNode settled = listed("&settled=true").path("items").path(0).path("settled");
        assertThat(settled.path("what").asText()).as(finding()).isEqualTo(what);
        assertThat(settled.path("by").asText()).isEqualTo("ledger");
        assertThat(settled.path("reason").asText()).isEqualTo(reason);
    }

    private String settledReasons() {
        return listed("&settled=true").path("items").toString();
    }

    private JsonNode listed(String more) {
        return ServiceClient.as(TestTokens.VIEWER)
                .send("GET", "/v1/orphans?tenant=" + tenant + more, null)
                .json();
    }

    private long orphans() {
        return listed("&settled=true").path("items").size();
    }
}
