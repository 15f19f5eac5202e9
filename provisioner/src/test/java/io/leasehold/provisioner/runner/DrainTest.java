package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.HeartbeatReply;
import io.leasehold.ledger.api.HeartbeatReply.Instruction;
import io.leasehold.ledger.api.HeartbeatRequest;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.LogAppend;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.ledger.api.OutcomeRequest.Result;
import io.leasehold.provisioner.ProvisionerIdentity;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.ledger.LedgerConfig;
import io.leasehold.provisioner.ledger.LedgerUnavailable;
import io.leasehold.provisioner.ledger.SilentLedger;
import io.leasehold.provisioner.module.Template;
import io.leasehold.provisioner.module.TemplateResult;
import io.smallrye.config.SmallRyeConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A slot of a worker that is told to stop. */
@Timeout(20)
class DrainTest {

    @TempDir Path folder;

    private final List<OutcomeRequest> outcomes = new CopyOnWriteArrayList<>();
    private final AtomicInteger claims = new AtomicInteger();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final FakeTofu tofu = new FakeTofu();
    private Supplier<@Nullable Claim> answer = DrainTest::waits;
    private volatile boolean away;

    private static @Nullable Claim waits() {
        try {
            new CountDownLatch(1).await();
            return null;
        } catch (InterruptedException e) {
            // As the REST client does.
            Thread.currentThread().interrupt();
            throw new LedgerUnavailable("interrupted", e);
        }
    }

    private static Claim run() {
        return Claims.apply("acme", "database", true);
    }

    @Test
    void whoWaitsForWorkEndsAtOnce() throws Exception {
        Started started = start(Lane.LIFECYCLE);

        started.slot().drain();

        started.thread().join();
        assertThat(outcomes).isEmpty();
    }

    @Test
    void whatIsAtWorkGoesOnToItsEndAndNothingMoreIsClaimed() throws Exception {
        tofu.onStart = _ -> {};
        answer = DrainTest::run;
        Started started = start(Lane.LIFECYCLE);
        FakeTofu.Handle atWork = tofu.atWork.take();

        started.slot().drain();

        assertThat(started.thread().join(Duration.ofMillis(100))).isFalse();
        assertThat(atWork.calls).isEmpty();
        atWork.succeed();
        started.thread().join();
        assertThat(outcomes).extracting(OutcomeRequest::result).containsExactly(Result.SUCCEEDED);
        assertThat(claims).hasValue(1);
    }

    @Test
    void whatTakesTooLongIsInterruptedOnce() throws Exception {
        tofu.onStart = _ -> {};
        answer = DrainTest::run;
        Started started = start(Lane.LIFECYCLE);
        FakeTofu.Handle atWork = tofu.atWork.take();

        started.slot().drain();
        started.slot().stop();

        started.thread().join();
        assertThat(atWork.calls).containsExactly("interrupt");
    }

    @Test
    void whatWasClaimedAndHasNotBegunIsHandedBack() throws Exception {
        answer = () -> onceDrained(run());
        Started started = start(Lane.LIFECYCLE);

        started.slot().drain();

        started.thread().join();
        assertThat(outcomes).extracting(OutcomeRequest::result).containsExactly(Result.DROPPED);
        assertThat(tofu.started).isEmpty();
    }

    @Test
    void aServiceThatIsAwayIsWaitedForOnlyWhileTheLeaseLasts() throws Exception {
        answer = () -> onceDrained(Claims.lasting(run(), Duration.ofMillis(200)));
        away = true;
        Started started = start(Lane.LIFECYCLE);

        started.slot().drain();

        started.thread().join();
        assertThat(Deliveries.outcomes(folder).runs()).containsExactly("run-1");
        assertThat(tofu.started).isEmpty();
    }

    /** An answer that was on its way when the drain began. */
    private static Claim onceDrained(Claim claim) {
        try {
            waits();
        } catch (LedgerUnavailable answeredAllTheSame) {
            var _ = Thread.interrupted();
        }
        return claim;
    }

    @Test
    void aDriftCheckIsGivenUpAtOnce() throws Exception {
        tofu.onStart = _ -> {};
        answer = () -> Claims.check("acme", "database");
        Started started = start(Lane.DRIFT);
        FakeTofu.Handle atWork = tofu.atWork.take();

        started.slot().drain();

        started.thread().join();
        assertThat(atWork.calls).containsExactly("fence");
    }

    private record Started(Slot slot, Thread thread) {}

    private Started start(Lane lane) throws Exception {
        SmallRyeConfig config = RunnerSettings.defaults();
        Slot slot =
                new Slot(
                        tools(config.getConfigMapping(RunnerConfig.class)),
                        new ProvisionerIdentity(() -> Optional.of("worker")),
                        config.getConfigMapping(LedgerConfig.class),
                        lane,
                        () -> {
                            throw new AssertionError("not superseded");
                        });
        Thread thread = Thread.ofPlatform().daemon().start(slot);
        asked.await();
        return new Started(slot, thread);
    }

    private RunTools tools(RunnerConfig config) throws IOException {
        return new RunTools(
                new Ledger(new Service()),
                _ -> new TemplateResult.Ready(new Template(Path.of("/t"), "d", "l", "1.12.6")),
                tofu,
                Deliveries.to(
                        folder,
                        _ -> {
                            throw new AssertionError("no state is stored here");
                        }),
                Deliveries.outcomes(folder),
                Bindings.NONE,
                config,
                Clock.systemUTC());
    }

    private final class Service extends SilentLedger {
        @Override
        public @Nullable Claim claim(ClaimRequest request) {
            claims.incrementAndGet();
            asked.countDown();
            return answer.get();
        }

        @Override
        public HeartbeatReply heartbeat(String runId, HeartbeatRequest request) {
            return new HeartbeatReply(30_000, Instruction.CONTINUE);
        }

        @Override
        public void log(String runId, LogAppend lines) {}

        @Override
        public void outcome(String runId, OutcomeRequest outcome) {
            if (away) {
                throw new LedgerUnavailable("away", new IOException("no route"));
            }
            outcomes.add(outcome);
        }
    }
}
