package io.leasehold.provisioner.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.HeartbeatReply.Instruction;
import io.leasehold.ledger.api.Lease;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StateOperation;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.ledger.Trouble;
import io.leasehold.provisioner.module.Blame;
import io.leasehold.provisioner.module.Template;
import io.leasehold.provisioner.module.TemplateResult;
import io.leasehold.provisioner.module.Templates;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.stateproxy.FileSpool;
import io.leasehold.provisioner.stateproxy.StateUpstream;
import io.leasehold.provisioner.tofu.TofuCommand;
import io.leasehold.provisioner.tofu.TofuRequest;
import io.leasehold.provisioner.tofu.TofuResult;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a run starts, in what order, and what ends it. */
@Timeout(20)
class LifecycleRunTest {

    private static final TofuCommand PLAN_NORMAL = new TofuCommand.Plan(TofuCommand.Mode.NORMAL);
    private static final TofuResult.Left ERRORED =
            new TofuResult.Left(
                    Optional.empty(), Optional.empty(), Optional.of(new byte[] {'{', '}'}));

    private final FakeLedger service = new FakeLedger();
    private final Ledger ledger = new Ledger(service);
    private final FakeTofu tofu = new FakeTofu();
    private TemplateResult template =
            new TemplateResult.Ready(new Template(Path.of("/t"), "d", "l", "1.12.6"));
    private boolean prepared;
    private final Deque<StateUpstream.StateWrite> writes = new ArrayDeque<>();

    private Runnable onWrite = () -> {};

    @TempDir Path folder;

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
        assertThat(service.beats).element(0).isEqualTo(RunPhase.PREPARING);

        service.beats.clear();
        prepared = true;
        run(true);
        assertThat(service.beats).element(0).isEqualTo(RunPhase.APPLYING);
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
    void aStateThatTofuCouldNotHandOverIsStoredByTheWorkerThroughAnOutage() throws Exception {
        for (int i = 0; i < 4; i++) {
            writes.add(new StateUpstream.StateWrite.Failed(Trouble.OUTAGE, "HTTP 503"));
        }
        tofu.onStart = LifecycleRunTest::leaveErroredState;

        assertThat(failure(run(true))).isEqualTo(ErrorCode.UNKNOWN);

        assertThat(writes).isEmpty();
        assertThat(Deliveries.spool(folder).leftovers()).isEmpty();
    }

    @Test
    void aStateThatNobodyTakesIsAFailureOfItsOwnAndStaysInTheSpool() throws Exception {
        writes.add(new StateUpstream.StateWrite.Refused(409, "LEASE_LOST", "gone"));
        tofu.onStart = LifecycleRunTest::leaveErroredState;

        assertThat(failure(run(true))).isEqualTo(ErrorCode.STATE_WRITE_FAILED);

        assertThat(left()).isEqualTo("{}");
    }

    @Test
    void aStateThatTheServiceFailsAtIsAFailureOfItsOwnAndStaysInTheSpool() throws Exception {
        for (int i = 0; i < 3; i++) {
            writes.add(new StateUpstream.StateWrite.Failed(Trouble.FAULT, "HTTP 500"));
        }
        tofu.onStart = LifecycleRunTest::leaveErroredState;

        assertThat(failure(run(true))).isEqualTo(ErrorCode.STATE_WRITE_FAILED);

        assertThat(writes).isEmpty();
        assertThat(left()).isEqualTo("{}");
    }

    @Test
    void aStateThatAFencedRunLeavesIsKeptAndNotSent() throws Exception {
        tofu.onStart =
                handle -> {
                    handle.leftWhenFenced = ERRORED;
                    service.leaseLost = true;
                };
        writes.add(new StateUpstream.StateWrite.Accepted());

        assertThat(run(true)).isInstanceOf(RunEnding.Fenced.class);

        assertThat(writes).hasSize(1);
        assertThat(left()).isEqualTo("{}");
    }

    @Test
    void aLostLeaseEndsTheWaitForAServiceThatIsAway() throws Exception {
        for (int i = 0; i < 1000; i++) {
            writes.add(new StateUpstream.StateWrite.Failed(Trouble.OUTAGE, "HTTP 503"));
        }
        onWrite = () -> service.leaseLost = true;
        tofu.onStart = LifecycleRunTest::leaveErroredState;

        assertThat(run(true)).isInstanceOf(RunEnding.Fenced.class);

        assertThat(writes).hasSizeGreaterThan(900);
        assertThat(left()).isEqualTo("{}");
    }

    private static ErrorCode failure(RunEnding ending) {
        assertThat(ending).isInstanceOf(RunEnding.Failed.class);
        return ((RunEnding.Failed) ending).code();
    }

    private String left() throws IOException {
        FileSpool spool = Deliveries.spool(folder);
        return new String(spool.read(spool.leftovers().getFirst()), UTF_8);
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

    private RunEnding run(boolean direct) throws InterruptedException, IOException {
        return run(Claims.apply("acme", "database", direct));
    }

    private Templates templates() {
        return new Templates() {
            @Override
            public TemplateResult of(String moduleDigest) {
                return template;
            }

            @Override
            public boolean known(String moduleDigest) {
                return prepared;
            }
        };
    }

    private RunEnding run(Claim claim) throws InterruptedException, IOException {
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
                        templates(),
                        tofu,
                        Deliveries.to(folder, _ -> upstream()),
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
        handle.end(new ProcessOutcome.Exited(1), ERRORED);
    }

    private StateUpstream upstream() {
        return new StateUpstream() {
            @Override
            public StateRead get() {
                return new StateRead.Absent();
            }

            @Override
            public StateWrite post(byte[] state, String contentMd5) {
                onWrite.run();
                StateWrite next = writes.poll();
                return next == null ? new StateWrite.Accepted() : next;
            }
        };
    }
}
