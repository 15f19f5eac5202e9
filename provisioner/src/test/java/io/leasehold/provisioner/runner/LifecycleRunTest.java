package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.HeartbeatReply.Instruction;
import io.leasehold.ledger.api.Lease;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.module.Template;
import io.leasehold.provisioner.module.TemplateResult;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.stateproxy.StateUpstream;
import io.leasehold.provisioner.tofu.TofuCommand;
import io.leasehold.provisioner.tofu.TofuRequest;
import io.leasehold.provisioner.tofu.TofuResult;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a run starts, in what order, and what ends it. */
@Timeout(20)
class LifecycleRunTest {

    private final FakeLedger service = new FakeLedger();
    private final Ledger ledger = new Ledger(service);
    private final FakeTofu tofu = new FakeTofu();
    private TemplateResult template =
            new TemplateResult.Ready(new Template(Path.of("/t"), "d", "l", "1.12.6"));
    private StateUpstream.StateWrite write = new StateUpstream.StateWrite.Accepted();

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
    void nothingStartsWhenTheLedgerWantsSomethingElseByThen() throws Exception {
        service.instruction = Instruction.DROP;

        assertThat(run(false)).isInstanceOf(RunEnding.Dropped.class);

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
    void aStateThatTofuCouldNotHandOverIsStoredByTheWorker() throws Exception {
        tofu.onStart = LifecycleRunTest::leaveErroredState;

        assertThat(run(true))
                .isInstanceOfSatisfying(
                        RunEnding.Failed.class,
                        failed -> assertThat(failed.code()).isEqualTo(ErrorCode.UNKNOWN));
    }

    @Test
    void aStateThatNobodyTakesIsAFailureOfItsOwn() throws Exception {
        write = new StateUpstream.StateWrite.Refused(409, "LEASE_LOST", "gone");
        tofu.onStart = LifecycleRunTest::leaveErroredState;

        assertThat(run(true))
                .isInstanceOfSatisfying(
                        RunEnding.Failed.class,
                        failed ->
                                assertThat(failed.code()).isEqualTo(ErrorCode.STATE_WRITE_FAILED));
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

    private RunEnding run(boolean direct) throws InterruptedException {
        Claim claim = Claims.apply("acme", "database", direct);
        Lease lease = Objects.requireNonNull(claim.lease());
        RunnerConfig config =
                new SmallRyeConfigBuilder()
                        .withMapping(RunnerConfig.class)
                        .withDefaultValue("leasehold.runner.heartbeat", "PT0.01S")
                        .withConverter(
                                Duration.class,
                                200,
                                text -> Duration.parse(text.startsWith("P") ? text : "PT" + text))
                        .build()
                        .getConfigMapping(RunnerConfig.class);
        RunTools tools =
                new RunTools(
                        ledger,
                        _ -> template,
                        tofu,
                        _ -> upstream(),
                        Bindings.NONE,
                        config,
                        Clock.systemUTC());
        LeaseTime time =
                new LeaseTime(
                        System::nanoTime,
                        System::currentTimeMillis,
                        new LeaseTime.Sent(System.nanoTime(), System.currentTimeMillis()),
                        lease.remainingMillis());
        try (RunLog log = new RunLog(ledger, claim.runId(), lease.leaseId(), tools.clock())) {
            LifecycleRun run = new LifecycleRun(tools, claim, lease, log);
            try (LeaseKeeper keeper =
                    new LeaseKeeper(ledger, claim, lease, time, config.heartbeat(), run)) {
                return run.carryOut(keeper);
            }
        }
    }

    private List<TofuCommand> commands() {
        return tofu.started.stream().map(TofuRequest::command).toList();
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

    private static void leaveErroredState(FakeTofu.Handle handle) {
        handle.end(
                new ProcessOutcome.Exited(1),
                new TofuResult.Left(
                        Optional.empty(), Optional.empty(), Optional.of(new byte[] {'{', '}'})));
    }

    private StateUpstream upstream() {
        return new StateUpstream() {
            @Override
            public StateRead get() {
                return new StateRead.Absent();
            }

            @Override
            public StateWrite post(byte[] state, String contentMd5) {
                return write;
            }
        };
    }
}
