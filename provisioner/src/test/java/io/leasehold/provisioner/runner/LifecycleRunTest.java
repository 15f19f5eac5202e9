package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.HeartbeatReply.Instruction;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StateOperation;
import io.leasehold.provisioner.module.Blame;
import io.leasehold.provisioner.module.TemplateResult;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.tofu.TofuCommand;
import io.leasehold.provisioner.tofu.TofuResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a run starts, in what order, and what ends it. */
class LifecycleRunTest extends LifecycleRuns {
    private static final TofuCommand PLAN_NORMAL = new TofuCommand.Plan(TofuCommand.Mode.NORMAL);

    @Test
    void aFreshStackIsAppliedByOneProcessAfterTheLedgerKnowsOfIt() throws Exception {
        tofu.onStart =
                handle -> {
                    assertThat(service.beats).contains(RunPhase.APPLYING);
                    handle.succeed();
                };

        assertThat(run(true)).isInstanceOf(RunEnding.Succeeded.class);

        assertThat(commands()).containsExactly(new TofuCommand.DirectApply());
        assertThat(tofu.started.getFirst().state().writable()).isTrue();
    }

    @Test
    void otherwiseExactlyThePlanThatWasMadeIsApplied() throws Exception {
        assertThat(run(false)).isInstanceOf(RunEnding.Succeeded.class);

        assertThat(commands())
                .containsExactly(
                        new TofuCommand.Plan(TofuCommand.Mode.NORMAL),
                        new TofuCommand.ApplyPlan(FakeTofu.PLAN));
        assertThat(tofu.started.getFirst().state().writable()).isFalse();
        assertThat(tofu.started)
                .extracting(request -> request.state().credential())
                .containsExactly("credential-1", "credential-1");
    }

    @Test
    void aDestroyThatNothingLooksAtIsOneProcess() throws Exception {
        assertThat(run(Claims.destroy("acme", "database", false)))
                .isInstanceOf(RunEnding.Succeeded.class);

        assertThat(commands()).containsExactly(new TofuCommand.DirectDestroy());
        assertThat(service.beats).contains(RunPhase.APPLYING);
    }

    @Test
    void aDestroyAfterAnInterruptedRunAppliesFirst() throws Exception {
        assertThat(run(Claims.destroy("acme", "database", true)))
                .isInstanceOf(RunEnding.Succeeded.class);

        assertThat(commands())
                .containsExactly(
                        new TofuCommand.Plan(TofuCommand.Mode.NORMAL),
                        new TofuCommand.ApplyPlan(FakeTofu.PLAN),
                        new TofuCommand.Plan(TofuCommand.Mode.DESTROY),
                        new TofuCommand.ApplyPlan(FakeTofu.PLAN));
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "3, true"})
    void whatCannotBeAppliedFirstHoldsUpADestroyForTwoTriesOnly(int attempt, boolean destroyed)
            throws Exception {
        tofu.onStart =
                handle -> {
                    if (handle.request.command().equals(PLAN_NORMAL)) {
                        handle.end(new ProcessOutcome.Exited(1), TofuResult.Left.NOTHING);
                    } else {
                        handle.succeed();
                    }
                };

        RunEnding ending = run(Claims.destroy("acme", "database", true, attempt));

        assertThat(ending instanceof RunEnding.Succeeded).isEqualTo(destroyed);
    }

    @Test
    void whatAnOperatorAskedIsDoneToTheStateAtOnceAndNothingIsPlanned() throws Exception {
        StateOperation operation = new StateOperation.Move("a.b", "a.c");

        assertThat(run(Claims.operation("acme", "database", operation)))
                .isInstanceOf(RunEnding.Succeeded.class);

        assertThat(commands()).containsExactly(new TofuCommand.ChangeState(operation));
        assertThat(tofu.started.getFirst().state().writable()).isTrue();
        assertThat(service.beats).contains(RunPhase.APPLYING);
    }

    @Test
    void thatAModuleIsPreparedIsSaidOnlyWhenItIs() throws Exception {
        run(true);
        assertThat(firstEntered()).isEqualTo(RunPhase.PREPARING);

        service.beats.clear();
        prepared = true;
        run(true);
        assertThat(firstEntered()).isEqualTo(RunPhase.APPLYING);
    }

    /** The lease is beaten from the claim on, and so possibly before the run enters a phase. */
    private RunPhase firstEntered() {
        return service.beats.stream()
                .filter(phase -> phase != RunPhase.CLAIMED)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void nothingStartsWhenTheLedgerWantsSomethingElseByThen() throws Exception {
        service.instruction = Instruction.DROP;

        assertThat(run(false)).isInstanceOf(RunEnding.Dropped.class);

        assertThat(commands()).isEmpty();
    }

    @Test
    void nothingStartsOfARunThatWasCancelledByThen() throws Exception {
        service.instruction = Instruction.CANCEL;

        assertThat(run(false)).isInstanceOf(RunEnding.Cancelled.class);
        assertThat(run(true)).isInstanceOf(RunEnding.Cancelled.class);

        assertThat(commands()).isEmpty();
    }

    @Test
    void aPlanIsDroppedWhenTheTenantIsDeletedMeanwhile() throws Exception {
        tofu.onStart = _ -> service.instruction = Instruction.DROP;

        assertThat(run(false)).isInstanceOf(RunEnding.Dropped.class);

        assertThat(tofu.atWork.take().calls).contains("interrupt");
        assertThat(commands()).hasSize(1);
    }

    @Test
    void anApplyIsNotInterruptedByADelete() throws Exception {
        tofu.onStart =
                handle -> {
                    service.instruction = Instruction.DROP;
                    service.beats.clear();
                    Thread.ofVirtual().start(() -> endAfterTwoBeats(handle));
                };

        assertThat(run(true)).isInstanceOf(RunEnding.Succeeded.class);

        assertThat(tofu.atWork.take().calls).isEmpty();
    }

    @Test
    void anOperatorsCancelInterruptsEvenAnApply() throws Exception {
        tofu.onStart = _ -> service.instruction = Instruction.CANCEL;

        assertThat(run(true)).isInstanceOf(RunEnding.Cancelled.class);

        assertThat(tofu.atWork.take().calls).contains("interrupt");
    }

    @Test
    void aLostLeaseFencesTheRunAndNothingIsReported() throws Exception {
        tofu.onStart = _ -> service.leaseLost = true;

        assertThat(run(true)).isInstanceOf(RunEnding.Fenced.class);

        assertThat(tofu.atWork.take().calls).contains("fence");
    }

    @Test
    void aModuleThatMayNotRunFailsForGood() throws Exception {
        template = new TemplateResult.Refused("MODULE_REFUSED", "main.tf:3 brings a backend");

        assertThat(run(true))
                .isInstanceOfSatisfying(
                        RunEnding.Failed.class,
                        failed -> {
                            assertThat(failed.code()).isEqualTo(ErrorCode.MODULE_REFUSED);
                            assertThat(failed.code().retryable()).isFalse();
                            assertThat(failed.message()).contains("main.tf:3");
                        });
        assertThat(commands()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"MODULE, CONFIG, false", "WORKER, WORKER_FAULT, true", "UNKNOWN, INIT, true"})
    void onlyWhatTheModuleItselfDoesWrongIsFinal(Blame blame, ErrorCode code, boolean retryable)
            throws Exception {
        template = new TemplateResult.Failed(blame, "No space left on device");

        assertThat(failure(run(true))).isEqualTo(code);

        assertThat(code.retryable()).isEqualTo(retryable);
        assertThat(commands()).isEmpty();
    }

    private void endAfterTwoBeats(FakeTofu.Handle handle) {
        try {
            service.beats.take();
            service.beats.take();
            handle.succeed();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
