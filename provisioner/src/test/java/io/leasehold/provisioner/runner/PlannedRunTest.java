package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.PlanKeeping;
import io.leasehold.ledger.api.PlanReply;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.provisioner.ledger.LedgerFault;
import io.leasehold.provisioner.ledger.LedgerRefusal;
import io.leasehold.provisioner.tofu.SavedPlan;
import io.leasehold.provisioner.tofu.TofuCommand;
import io.leasehold.provisioner.tofu.TofuResult;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The plan as a checkpoint: what is kept before it is applied, and what is taken over. */
class PlannedRunTest extends LifecycleRuns {
    private static final TofuCommand PLAN = new TofuCommand.Plan(TofuCommand.Mode.NORMAL);
    private static final TofuCommand APPLY = new TofuCommand.ApplyPlan(FakeTofu.PLAN);
    private static final byte[] LEFT = {7, 8, 9};

    private static Claim planFirst() {
        return Claims.apply("acme", "database", false);
    }

    @Test
    void aPlanIsKeptBeforeTheApplyIsEnteredAndBoundToWhatItWasMadeWith() throws Exception {
        tofu.onStart =
                handle -> {
                    assertThat(service.kept).hasSize(handle.request.command().equals(PLAN) ? 0 : 1);
                    handle.succeed();
                };

        assertThat(run(planFirst())).isInstanceOf(RunEnding.Succeeded.class);

        PlanKeeping kept = Objects.requireNonNull(service.kept.peek());
        assertThat(kept.plan()).isEqualTo(FakeTofu.PLAN.bytes());
        assertThat(kept.leaseId()).isEqualTo("lease-1");
        assertThat(kept.binding().mode()).isEqualTo("NORMAL");
        assertThat(kept.binding().lockDigest()).isEqualTo("l");
        assertThat(service.asked).as("nothing was left, so nothing is asked").isEmpty();
    }

    @Test
    void whatAnEarlierRunPlannedIsAppliedWithoutAPlanOfItsOwn() throws Exception {
        service.left = new PlanReply(LEFT, null);

        assertThat(run(planFirst().withPlan(true))).isInstanceOf(RunEnding.Succeeded.class);

        assertThat(tofu.started)
                .singleElement()
                .satisfies(request ->
                        assertThat(request.command())
                                .isInstanceOfSatisfying(
                                        TofuCommand.ApplyPlan.class,
                                        apply -> assertThat(apply.plan().bytes()).isEqualTo(LEFT)));
        assertThat(service.beats).contains(RunPhase.PLANNING, RunPhase.APPLYING);
    }

    @Test
    void aPlanThatIsVoidIsMadeAnewAndTheLogSaysWhy() throws Exception {
        service.left = new PlanReply(null, "the state was changed since");

        assertThat(run(planFirst().withPlan(true))).isInstanceOf(RunEnding.Succeeded.class);

        assertThat(commands()).containsExactly(PLAN, APPLY);
        assertThat(service.said).anyMatch(line -> line.contains("the state was changed since"));
        assertThat(service.kept).hasSize(1);
    }

    static Stream<RuntimeException> reasonsToGoOnWithout() {
        return Stream.of(
                new LedgerFault(500),
                new LedgerRefusal(413, "PLAN_TOO_LARGE", "too large"),
                new LedgerRefusal(404, "HTTP_404", "an older service"));
    }

    @ParameterizedTest
    @MethodSource("reasonsToGoOnWithout")
    void thatAPlanIsNotKeptOrGivenStopsNoRun(RuntimeException trouble) throws Exception {
        service.planTrouble = trouble;

        assertThat(run(planFirst().withPlan(true))).isInstanceOf(RunEnding.Succeeded.class);

        assertThat(commands()).containsExactly(PLAN, APPLY);
    }

    @Test
    void whoHasLostItsLeaseAppliesNoPlan() {
        service.planTrouble = new LedgerRefusal(409, LedgerRefusal.LEASE_LOST, "another");

        assertThatThrownBy(() -> run(planFirst())).isInstanceOf(LedgerRefusal.class);
        assertThatThrownBy(() -> run(planFirst().withPlan(true))).isInstanceOf(LedgerRefusal.class);

        assertThat(commands()).containsExactly(PLAN);
    }

    @Test
    void onceAnApplyWasEnteredNoPlanOfTheRunIsOneToGoOnFrom() throws Exception {
        assertThat(run(Claims.destroy("acme", "database", true).withPlan(true)))
                .isInstanceOf(RunEnding.Succeeded.class);

        assertThat(service.asked).hasSize(1);
        assertThat(service.kept)
                .extracting(kept -> kept.binding().mode())
                .isEqualTo(List.of("NORMAL"));
    }

    @Test
    void otherInputsAreAnotherBinding() throws Exception {
        run(planFirst());
        run(Claims.with(planFirst(), planFirst().inputs().deepCopy()));
        run(Claims.apply("other", "database", false));

        assertThat(service.kept.stream().map(kept -> kept.binding().inputsDigest()).distinct())
                .hasSize(2);
    }

    @Test
    void whatAPlanHoldsIsPrintedNowhere() throws Exception {
        run(planFirst());

        PlanKeeping kept = Objects.requireNonNull(service.kept.peek());
        assertThat(kept.toString()).doesNotContain("lease-1", "inputsDigest=");
        assertThat(new PlanReply(LEFT, null).toString()).isEqualTo("PlanReply[a plan]");
        assertThat(new SavedPlan(LEFT).toString()).isEqualTo("SavedPlan[3 bytes]");
        assertThat(TofuResult.Left.NOTHING.plan()).isEmpty();
    }
}
