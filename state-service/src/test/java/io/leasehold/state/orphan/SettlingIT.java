package io.leasehold.state.orphan;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.state.Ledger;
import io.leasehold.state.SqlStatements;
import io.leasehold.state.TestStack;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
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
    @Inject OrphanLook look;
    @Inject Scheduler scheduler;

    private OrphanScene scene;

    @BeforeEach
    void aTenantWithOneThing() {
        scene = new OrphanScene(ledger, worker).applied();
    }

    @Test
    void whatTheNextRunTookOverStaysForAPersonWithThatAdviceAndSoDoesADelete() {
        Claim lost = scene.losesItsLease();
        Claim next = scene.takesOver();
        worker.writes(next, scene.owning(3, "db=i-1", "late=s3cret-2"));
        worker.succeeds(next);
        scene.handsIn(lost, 3, "late=s3cret-2", "db=i-1");
        scene.deletes(3);

        looks();

        // Where the two worked is not known: i-1 may be a name, and another thing elsewhere.
        assertThat(scene.finding()).isEqualTo("TAKEN_OVER");
        assertThat(scene.said())
                .contains("version 3 has all that it owns", "states dismiss")
                .doesNotContain("s3cret");
        assertThat(TestStack.audited(ledger, scene.ref)).isEmpty();
        assertThat(scene.claim()).isEmpty();
        assertThat(ledger.of(scene.ref, "waiting_code")).isEqualTo("ORPHAN_STATE");
    }

    @Test
    void whatALaterWriteTakesOverIsSaidThen() {
        Claim lost = scene.losesItsLease();
        Claim next = scene.takesOver();
        scene.handsIn(lost, 5, "db=i-1", "late=s3cret-2");
        looks();
        assertThat(scene.finding()).isEqualTo("WAITING");
        worker.writes(next, scene.owning(3, "db=i-1"));
        looks();
        assertThat(scene.finding()).isEqualTo("OWNS_MORE");
        assertThat(scene.said())
                .contains("terraform_data.late", "states diff")
                .doesNotContain("s3cret", "terraform_data.db");

        worker.writes(next, scene.owning(4, "db=i-1", "late=s3cret-2"));
        looks();

        assertThat(scene.finding()).isEqualTo("TAKEN_OVER");
        assertThat(scene.said()).contains("version 5 has all that it owns");
        worker.succeeds(next);
        assertThat(scene.settles("dismiss", 3).status()).isEqualTo(200);
        assertThat(ledger.column("select 1 from orphan_look where tenant_id = ?", scene.tenant))
                .hasSize(1);
        looks();
        assertThat(ledger.column("select 1 from orphan_look where tenant_id = ?", scene.tenant))
                .isEmpty();
    }

    @Test
    void oneUponWhichNobodyWroteIsAdoptedAndTheDeleteThatWaitsGoesOn() {
        Claim lost = scene.losesItsLease();
        scene.handsIn(lost, 3, "db=i-1", "late=i-2");
        scene.deletes(3);
        assertThat(scene.claim()).isEmpty();
        assertThat(ledger.of(scene.ref, "waiting_code")).isEqualTo("ORPHAN_STATE");

        looks();

        scene.assertSettled(
                "ADOPTED",
                "nothing is lost: nobody has written since version 2, upon which its run worked");
        Claim destroy = scene.claim().orElseThrow();
        assertThat(destroy.kind()).isEqualTo(RunKind.DESTROY);
        assertThat(destroy.stateVersion()).isEqualTo(4);
        assertThat(scene.stack.versions().getFirst().path("writtenBy").asText())
                .isEqualTo("ledger");
        assertThat(scene.stack.served()).contains("i-2");
    }

    @Test
    void twoThingsAtOneAddressStayForAPersonAndSoDoesTheDelete() {
        Claim lost = scene.losesItsLease();
        Claim next = scene.takesOver();
        worker.writes(next, scene.owning(3, "db=i-1", "late=i-3"));
        worker.succeeds(next);
        scene.handsIn(lost, 5, "db=i-1", "late=i-2");
        scene.deletes(3);

        looks();

        assertThat(scene.finding()).isEqualTo("TWO_OBJECTS");
        assertThat(scene.said())
                .contains("something else at terraform_data.late", "states diff", "dismiss")
                .doesNotContain("i-2", "i-3");
        assertThat(scene.claim()).isEmpty();
        assertThat(ledger.of(scene.ref, "waiting_code")).isEqualTo("ORPHAN_STATE");
    }

    @Test
    void whatADestroyTookOverAndRemovedIsSaidToBe() {
        scene = new OrphanScene(ledger, worker);
        scene.wants(1, 3);
        Claim lost = worker.mustClaim();
        scene.losesItsLease(lost);
        scene.deletes(2);
        Claim destroy = scene.takesOver();
        assertThat(destroy.kind()).isEqualTo(RunKind.DESTROY);
        worker.writes(destroy, scene.owning(2, "db=i-1"));
        worker.writes(destroy, scene.owning(3));
        worker.succeeds(destroy);
        assertThat(ledger.of(scene.ref, "destroyed")).isEqualTo(true);

        scene.handsIn(lost, 5, "db=i-1");
        looks();

        assertThat(scene.finding()).isEqualTo("TAKEN_OVER");
        assertThat(scene.said()).contains("version 2 has all that it owns");
    }

    @Test
    void whatPeopleHadTheStateForgetIsNotTakenForRemoved() {
        Claim lost = scene.losesItsLease();
        Claim next = scene.takesOver();
        worker.writes(next, scene.owning(3, "db=i-1", "late=i-2"));
        worker.succeeds(next);
        scene.stack.has(scene.owning(4, "db=i-1"));

        scene.handsIn(lost, 3, "late=i-2", "db=i-1");
        looks();

        assertThat(scene.finding()).isEqualTo("OWNS_MORE");
        assertThat(scene.said()).contains("terraform_data.late");
    }

    @Test
    void whatADestroyByOtherInputsRemovedIsNotProvenToBeGone() {
        Claim lost = scene.losesItsLease();
        scene.deletes(3);
        Claim destroy = scene.takesOver();
        worker.writes(destroy, scene.owning(3, "db=i-1", "late=i-2"));
        worker.writes(destroy, scene.owning(4));
        worker.succeeds(destroy);

        scene.handsIn(lost, 5, "late=i-2");
        looks();

        // It was given what was applied before, which is not what the orphan's run was given.
        assertThat(scene.finding()).isEqualTo("OTHER_INPUTS");
    }

    @Test
    void theSameNameByOtherInputsProvesNothing() {
        Claim lost = scene.losesItsLease();
        scene.wants(3, 5);
        Claim next = scene.takesOver();
        worker.writes(next, scene.owning(3, "db=i-1", "late=i-2"));
        worker.succeeds(next);

        // Byte for byte what the other run wrote.
        scene.handsIn(lost, 3, "db=i-1", "late=i-2");
        looks();

        assertThat(scene.all()).hasSize(1);
        assertThat(scene.finding()).isEqualTo("OTHER_INPUTS");
    }

    @Test
    void theVerySameThatAPersonPushedIsServedAlready() {
        Claim lost = scene.losesItsLease();
        scene.handsIn(lost, 3, "db=i-1", "late=i-2");
        scene.stack.has(scene.owning(3, "db=i-1", "late=i-2"));

        looks();

        scene.assertSettled(
                "DISMISSED", "nothing is lost: version 4, which is served, is the very same");
        assertThat(TestStack.audited(ledger, scene.ref))
                .contains(
                        "dismiss-orphan: nothing is lost: version 4, which is served, is the very same");
    }

    @Test
    void whatIsHandedInAgainIsNotKeptAgain() {
        Claim lost = scene.losesItsLease();
        scene.handsIn(lost, 3, "db=i-1", "late=i-2");
        scene.handsIn(lost, 3, "db=i-1", "late=i-2");
        assertThat(scene.all()).hasSize(1);

        looks();
        scene.handsIn(lost, 3, "db=i-1", "late=i-2");

        assertThat(scene.all()).hasSize(1);
        assertThat(scene.open()).isEmpty();
    }

    @Test
    void whatAPersonHasPushedAlreadyIsNotKept() {
        Claim lost = scene.losesItsLease();
        scene.stack.has(scene.owning(3, "db=i-1", "late=i-2"));

        scene.handsIn(lost, 3, "db=i-1", "late=i-2");

        assertThat(scene.all()).isEmpty();
    }

    @Test
    void whatWasFoundIsNotDoneOnceSomebodyHasWritten() {
        Claim lost = scene.losesItsLease();
        scene.handsIn(lost, 3, "db=i-1", "late=i-2");
        OrphanLook.Judged found = judged(3);
        assertThat(found.verdict()).isInstanceOf(SettlingDecider.Verdict.Adopt.class);
        scene.stack.has(scene.owning(3, "db=i-1"));

        assertThat(carriedOut(3, found)).isFalse();

        assertThat(scene.open()).isPresent();
        assertThat(scene.stack.served()).doesNotContain("i-2");
    }

    @Test
    void whatWasTheVerySameIsNotDismissedOnceSomethingElseIsServed() {
        Claim lost = scene.losesItsLease();
        scene.handsIn(lost, 3, "db=i-1", "late=i-2");
        scene.stack.has(scene.owning(3, "db=i-1", "late=i-2"));
        OrphanLook.Judged found = judged(3);
        assertThat(found.verdict()).isInstanceOf(SettlingDecider.Verdict.Dismiss.class);
        scene.stack.has(scene.owning(4, "db=i-1"));

        assertThat(carriedOut(3, found)).isFalse();

        assertThat(scene.open()).isPresent();
    }

    @Test
    void aLaterRunThatWasLostIsKnownByItsLeaseWhateverTheClockSays() {
        Claim lost = scene.losesItsLease();
        Claim next = scene.losesItsLease(scene.takesOver());
        ledger.update(
                "update run set started_at = started_at - interval '1 hour' where run_id = ?",
                next.runId());
        scene.handsIn(lost, 3, "db=i-1", "late=i-2");

        looks();

        assertThat(scene.finding()).isEqualTo("OWNS_MORE");
        assertThat(scene.said()).contains("run " + next.runId() + " came after");
    }

    @Test
    void aLedgerWithoutAChangeIsAskedOnceAndOpensNothing() {
        Claim lost = scene.losesItsLease();
        Claim next = scene.takesOver();
        worker.writes(next, scene.owning(3, "db=i-1"));
        scene.handsIn(lost, 5, "db=i-1", "late=i-2");
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
        assertThat(scene.finding()).isEqualTo("OWNS_MORE");
    }

    private void looks() {
        Ledger.await(settler::round);
    }

    private OrphanLook.Judged judged(long version) {
        return Ledger.await(() -> look.judged(new LookRows.Key(scene.ref, version))).orElseThrow();
    }

    private boolean carriedOut(long version, OrphanLook.Judged found) {
        return Ledger.await(() -> settler.carryOut(new LookRows.Key(scene.ref, version), found));
    }
}
