package io.leasehold.state.stack;

import static io.leasehold.ledger.api.Disposition.APPLIED;
import static io.leasehold.ledger.api.Disposition.FAILED;
import static io.leasehold.ledger.api.Disposition.PENDING;
import static io.leasehold.ledger.api.Disposition.SKIPPED;
import static io.leasehold.ledger.api.Disposition.SUPERSEDED;
import static io.leasehold.ledger.api.Disposition.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.stack.PlannedTenant.Run;
import io.leasehold.state.stack.Situation.Lifecycle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What accepted events do, case by case; the numbers are those of the table of sequences. */
class PlanDeciderTest {
    static final String DOCUMENT =
            """
            apiVersion: leasehold.io/v1
            kind: Blueprint
            name: test
            version: %s
            variables:
              type: object
              additionalProperties: false
              properties: { size: { type: integer } }
            stacks:
              a:
                module: { dir: a }
                inputs: { size: "${var.size}" }
                outputs: [host]
              b:
                module: { dir: b }
                inputs: { host: "${stacks.a.outputs.host}" }
            """;

    static final String ONLY_A = DOCUMENT.substring(0, DOCUMENT.indexOf("  b:"));

    private final PlannedTenant tenant = new PlannedTenant();

    @BeforeEach
    void aBlueprint() {
        tenant.register("1.0.0", DOCUMENT);
    }

    @AfterEach
    void planningAgainChangesNothing() {
        Plan again = tenant.again();
        assertThat(again.stacks()).isEmpty();
        assertThat(again.ends()).isEmpty();
    }

    @Test
    void case01AFirstEventRunsDependenciesFirstAndIsApplied() {
        tenant.wants(1, "1.0.0", 3);

        assertThat(tenant.due()).containsExactly("a");
        assertThat(tenant.stack("b").waitingCode()).isEqualTo(Waits.DEPENDENCY_NOT_READY);
        assertThat(tenant.stack("b").waitingReason())
                .isEqualTo("waits for a, which must be applied first");
        tenant.succeeds(tenant.claims("a"), "h1");
        assertThat(tenant.due()).containsExactly("b");
        assertThat(tenant.events).containsExactly(PENDING);
        assertThat(tenant.observed()).isZero();
        tenant.succeeds(tenant.claims("b"), "h");

        assertThat(tenant.due()).isEmpty();
        assertThat(tenant.observed()).isEqualTo(1);
        assertThat(tenant.events).containsExactly(APPLIED);
    }

    @Test
    void case07AStormWhileIdleMakesAtMostTwoRunsOfAStack() {
        tenant.wants(1, "1.0.0", 1);
        Run first = tenant.claims("a");
        for (int generation = 2; generation <= 50; generation++) {
            tenant.wants(generation, "1.0.0", generation);
        }
        tenant.succeeds(first, "h1");
        tenant.settles();

        assertThat(tenant.runs).isEqualTo(3);
        assertThat(tenant.observed()).isEqualTo(50);
        assertThat(tenant.events.subList(1, 49)).containsOnly(SUPERSEDED);
        assertThat(tenant.events.getLast()).isEqualTo(APPLIED);
    }

    @Test
    void case08AChangeDuringARunMakesExactlyOneMoreAndTheFirstIsReported() {
        tenant.register("2.0.0", ONLY_A);
        tenant.wants(5, "2.0.0", 1);
        Run run = tenant.claims("a");
        tenant.wants(6, "2.0.0", 2);
        tenant.wants(7, "2.0.0", 3);

        assertThat(tenant.events).containsExactly(PENDING, SUPERSEDED, PENDING);
        tenant.succeeds(run, "h");

        assertThat(tenant.events).containsExactly(APPLIED, SUPERSEDED, PENDING);
        assertThat(tenant.observed()).isEqualTo(5);
        tenant.settles();
        assertThat(tenant.runs).isEqualTo(2);
        assertThat(tenant.events.getLast()).isEqualTo(APPLIED);
    }

    @Test
    void case08AFailedRunWithANewerRevisionWaitingIsSuperseded() {
        tenant.wants(5, "1.0.0", 1);
        Run run = tenant.claims("a");
        tenant.wants(6, "1.0.0", 2);

        tenant.failsForGood(run);

        assertThat(tenant.events).containsExactly(SUPERSEDED, PENDING);
        assertThat(tenant.due()).containsExactly("a");
    }

    @Test
    void case11ADeleteDuringPlanDropsItAndDestroysNothingThatWasNotBegun() {
        tenant.wants(1, "1.0.0", 1);
        tenant.deleted(2);

        assertThat(tenant.gone).isTrue();
        assertThat(tenant.runs).isZero();
        assertThat(tenant.events).containsExactly(SUPERSEDED, APPLIED);
    }

    @Test
    void case12ADeleteDuringApplyWaitsForItsEndAndThenDestroys() {
        tenant.wants(1, "1.0.0", 1);
        Run run = tenant.claims("a");

        tenant.deleted(2);
        assertThat(tenant.gone).isFalse();
        assertThat(tenant.stack("b").destroyed()).isTrue();
        tenant.succeeds(run, "h");

        assertThat(tenant.due()).containsExactly("a");
        assertThat(tenant.published).contains("withdrawn a");
        tenant.succeeds(tenant.claims("a"), "");
        assertThat(tenant.gone).isTrue();
        assertThat(tenant.events.getLast()).isEqualTo(APPLIED);
    }

    @Test
    void case13ADeleteAfterAFailureDestroysWhatIsThere() {
        tenant.wants(1, "1.0.0", 1);
        tenant.failsForGood(tenant.claims("a"));
        assertThat(tenant.events).containsExactly(FAILED);

        tenant.deleted(2);

        assertThat(tenant.due()).containsExactly("a");
        tenant.settles();
        assertThat(tenant.gone).isTrue();
        assertThat(tenant.events).containsExactly(FAILED, APPLIED);
    }

    @Test
    void case14ADeleteOfNothingIsDoneAtOnce() {
        PlannedTenant unknown = new PlannedTenant();
        unknown.deleted(4);

        assertThat(unknown.gone).isTrue();
        assertThat(unknown.events).containsExactly(UNCHANGED);
    }

    @Test
    void case17ALifeWaitsForThePreviousOne() {
        tenant.previousAlive = true;
        tenant.wants(1, "1.0.0", 1);

        assertThat(tenant.waiting).isEqualTo(Waits.PREVIOUS_INCARNATION);
        assertThat(tenant.has("a")).isFalse();
        tenant.previousAlive = false;
        tenant.plan();
        assertThat(tenant.due()).containsExactly("a");
    }

    @Test
    void case18RetainedThingsAreLetGoAsTheyStand() {
        tenant.wants(1, "1.0.0", 1);
        tenant.settles();

        tenant.deletedKeeping(2);

        assertThat(tenant.gone).isTrue();
        assertThat(tenant.runs).isEqualTo(2);
        assertThat(tenant.published).contains("withdrawn a", "withdrawn b");
        assertThat(tenant.stack("a").waitingCode()).isEqualTo(Waits.RETAINED);
    }

    @Test
    void case18AStackToBeRetainedWaitsForTheRunAtWork() {
        tenant.wants(1, "1.0.0", 1);
        Run run = tenant.claims("a");
        tenant.deletedKeeping(2);

        assertThat(tenant.stack("a").waitingCode()).isEqualTo(Waits.RUN_AT_WORK);
        assertThat(tenant.due()).isEmpty();
        tenant.succeeds(run, "h");

        assertThat(tenant.gone).isTrue();
        assertThat(tenant.published).contains("withdrawn a");
    }

    @Test
    void case20ASuspensionDuringApplyLetsItFinishAndHoldsTheRest() {
        tenant.wants(1, "1.0.0", 1);
        Run run = tenant.claims("a");
        tenant.wants(2, "1.0.0", 1, Lifecycle.SUSPENDED);

        tenant.succeeds(run, "h");

        assertThat(tenant.due()).isEmpty();
        assertThat(tenant.stack("b").waitingCode()).isEqualTo(Waits.SUSPENDED);
    }

    @Test
    void case21AnUpdateWhileSuspendedRunsOnceAtResume() {
        tenant.wants(1, "1.0.0", 1);
        tenant.settles();
        tenant.wants(2, "1.0.0", 1, Lifecycle.SUSPENDED);
        tenant.wants(3, "1.0.0", 5, Lifecycle.SUSPENDED);
        tenant.wants(4, "1.0.0", 6, Lifecycle.SUSPENDED);
        assertThat(tenant.due()).isEmpty();

        tenant.wants(5, "1.0.0", 6);
        int before = tenant.runs;
        tenant.succeeds(tenant.claims("a"), "host-of-a");

        assertThat(tenant.runs - before).isEqualTo(1);
        assertThat(tenant.due()).isEmpty();
        assertThat(tenant.events)
                .containsExactly(APPLIED, UNCHANGED, SUPERSEDED, SUPERSEDED, APPLIED);
    }

    @Test
    void case22ADeleteOfASuspendedTenantProceeds() {
        tenant.wants(1, "1.0.0", 1);
        tenant.settles();
        tenant.wants(2, "1.0.0", 1, Lifecycle.SUSPENDED);

        tenant.deleted(3);

        assertThat(tenant.due()).containsExactly("b");
        tenant.settles();
        assertThat(tenant.gone).isTrue();
    }

    @Test
    void case23AGenerationThatChangesNothingIsObservedWithoutARunAndServesWhoWaits() {
        tenant.wants(1, "1.0.0", 1);
        tenant.settles();

        tenant.wants(2, "1.0.0", 1);

        assertThat(tenant.runs).isEqualTo(2);
        assertThat(tenant.observed()).isEqualTo(2);
        assertThat(tenant.events).containsExactly(APPLIED, UNCHANGED);
        assertThat(tenant.published).containsExactly("outputs a at 2", "outputs b at 2");
    }

    @Test
    void case25ARetryOfAFailedRunIsANewAttemptAndItsEventIsApplied() {
        tenant.wants(1, "1.0.0", 1);
        tenant.failsForGood(tenant.claims("a"));
        assertThat(tenant.due()).isEmpty();

        tenant.retried("a");
        assertThat(tenant.events).containsExactly(PENDING);
        tenant.settles();

        assertThat(tenant.events).containsExactly(APPLIED);
    }

    @Test
    void afterAFailureANewerGenerationIsANewAttemptEvenWithEqualInputs() {
        tenant.wants(1, "1.0.0", 1);
        tenant.failsForGood(tenant.claims("a"));
        long failed = tenant.stack("a").revision();

        tenant.wants(2, "1.0.0", 1);

        assertThat(tenant.stack("a").revision()).isEqualTo(failed + 1);
        assertThat(tenant.due()).containsExactly("a");
        tenant.settles();
        assertThat(tenant.events).containsExactly(FAILED, APPLIED);
    }

    @Test
    void case31OnceIsAppliedOnceNotTriedOnce() {
        tenant.register(
                "3.0.0",
                ONLY_A.replace(
                        "outputs: [host]", "outputs: [host]\n    policy: { creation: Once }"));
        tenant.wants(1, "3.0.0", 1);
        tenant.failsForGood(tenant.claims("a"));
        tenant.wants(2, "3.0.0", 2);
        tenant.settles();
        int before = tenant.runs;

        tenant.wants(3, "3.0.0", 3);

        assertThat(tenant.runs).isEqualTo(before);
        assertThat(tenant.events).containsExactly(FAILED, APPLIED, SKIPPED);
        assertThat(tenant.observed()).isEqualTo(3);
    }

    @Test
    void case32AStackWhoseDependencyFailedSaysSo() {
        tenant.wants(1, "1.0.0", 1);
        tenant.failsForGood(tenant.claims("a"));

        assertThat(tenant.stack("b").waitingReason())
                .isEqualTo("waits for a, which failed (AUTHZ)");
        assertThat(tenant.events).containsExactly(FAILED);
    }

    @Test
    void aDependantRunsOnlyWhenTheOutputsItUsesChange() {
        tenant.wants(1, "1.0.0", 1);
        tenant.settles();
        tenant.wants(2, "1.0.0", 2);
        tenant.succeeds(tenant.claims("a"), "host-of-a");
        assertThat(tenant.due()).isEmpty();
        assertThat(tenant.events).containsExactly(APPLIED, APPLIED);

        tenant.wants(3, "1.0.0", 3);
        tenant.succeeds(tenant.claims("a"), "another-host");

        assertThat(tenant.due()).containsExactly("b");
    }

    @Test
    void aDeleteGoesFromTheDependantsDown() {
        tenant.wants(1, "1.0.0", 1);
        tenant.settles();

        tenant.deleted(2);

        assertThat(tenant.due()).containsExactly("b");
        assertThat(tenant.stack("a").waitingReason()).isEqualTo("first b goes");
        assertThat(tenant.published).contains("withdrawn a", "withdrawn b");
        tenant.succeeds(tenant.claims("b"), "");
        assertThat(tenant.due()).containsExactly("a");
        tenant.settles();
        assertThat(tenant.gone).isTrue();
        assertThat(tenant.observed()).isEqualTo(2);
    }

    @Test
    void aDestroyThatFailedIsTriedAgainByANewerDelete() {
        tenant.wants(1, "1.0.0", 1);
        tenant.settles();
        tenant.deleted(2);
        tenant.failsForGood(tenant.claims("b"));
        assertThat(tenant.events).containsExactly(APPLIED, FAILED);
        assertThat(tenant.due()).isEmpty();

        tenant.deleted(3);

        assertThat(tenant.due()).containsExactly("b");
        tenant.settles();
        assertThat(tenant.gone).isTrue();
    }

    @Test
    void aStackThatANewBlueprintNoLongerHasIsDestroyed() {
        tenant.wants(1, "1.0.0", 1);
        tenant.settles();
        tenant.register("2.0.0", ONLY_A);

        tenant.wants(2, "2.0.0", 1);

        assertThat(tenant.due()).containsExactly("b");
        assertThat(tenant.stack("b").wanted()).isFalse();
        tenant.settles();
        assertThat(tenant.stack("b").destroyed()).isTrue();
        assertThat(tenant.observed()).isEqualTo(2);
    }

    @Test
    void aStackThatComesBackIsBuiltAnew() {
        tenant.register("2.0.0", ONLY_A);
        tenant.wants(1, "1.0.0", 1);
        tenant.settles();
        tenant.wants(2, "2.0.0", 1);
        tenant.settles();

        tenant.wants(3, "1.0.0", 1);

        assertThat(tenant.due()).containsExactly("b");
        tenant.settles();
        assertThat(tenant.stack("b").destroyed()).isFalse();
        assertThat(tenant.observed()).isEqualTo(3);
    }

    @Test
    void anUnknownBlueprintWaitsAndLeavesWhatIsThere() {
        tenant.wants(1, "1.0.0", 1);
        tenant.settles();

        tenant.wants(2, "9.0.0", 1);
        assertThat(tenant.waiting).isEqualTo(Waits.BLUEPRINT_UNKNOWN);
        assertThat(tenant.due()).isEmpty();
        tenant.register("9.0.0", DOCUMENT);

        assertThat(tenant.waiting).isNull();
        assertThat(tenant.observed()).isEqualTo(2);
        assertThat(tenant.events).containsExactly(APPLIED, UNCHANGED);
    }

    @Test
    void aPlanThatWasDroppedLeavesTheStackDue() {
        tenant.wants(1, "1.0.0", 1);
        Run run = tenant.claims("a");
        tenant.wants(2, "1.0.0", 2);

        tenant.dropped(run);

        assertThat(tenant.due()).containsExactly("a");
        assertThat(tenant.events).containsExactly(SUPERSEDED, PENDING);
    }
}
