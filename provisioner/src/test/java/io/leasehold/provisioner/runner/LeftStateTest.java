package io.leasehold.provisioner.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.events.ErrorCode;
import io.leasehold.provisioner.ledger.Trouble;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.stateproxy.FileSpool;
import io.leasehold.provisioner.stateproxy.StateUpstream;
import io.leasehold.provisioner.tofu.TofuResult;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of a state that a run's tofu could not hand over. */
class LeftStateTest extends LifecycleRuns {
    private static final TofuResult.Left ERRORED =
            new TofuResult.Left(
                    Optional.empty(), Optional.empty(), Optional.of(new byte[] {'{', '}'}));

    @Test
    void aStateThatTofuCouldNotHandOverIsStoredByTheWorkerThroughAnOutage() throws Exception {
        for (int i = 0; i < 4; i++) {
            writes.add(new StateUpstream.StateWrite.Failed(Trouble.OUTAGE, "HTTP 503"));
        }
        tofu.onStart = LeftStateTest::leaveErroredState;

        assertThat(failure(run(true))).isEqualTo(ErrorCode.UNKNOWN);

        assertThat(writes).isEmpty();
        assertThat(Deliveries.spool(folder).leftovers()).isEmpty();
    }

    @Test
    void aStateThatNobodyTakesIsAFailureOfItsOwnAndStaysInTheSpool() throws Exception {
        writes.add(new StateUpstream.StateWrite.Refused(409, "LEASE_LOST", "gone"));
        tofu.onStart = LeftStateTest::leaveErroredState;

        assertThat(failure(run(true))).isEqualTo(ErrorCode.STATE_WRITE_FAILED);

        assertThat(left()).isEqualTo("{}");
    }

    @Test
    void aStateThatTheServiceFailsAtIsAFailureOfItsOwnAndStaysInTheSpool() throws Exception {
        for (int i = 0; i < 3; i++) {
            writes.add(new StateUpstream.StateWrite.Failed(Trouble.FAULT, "HTTP 500"));
        }
        tofu.onStart = LeftStateTest::leaveErroredState;

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
        tofu.onStart = LeftStateTest::leaveErroredState;

        assertThat(run(true)).isInstanceOf(RunEnding.Fenced.class);

        assertThat(writes).hasSizeGreaterThan(900);
        assertThat(left()).isEqualTo("{}");
    }

    private String left() throws IOException {
        FileSpool spool = Deliveries.spool(folder);
        return new String(spool.read(spool.leftovers().getFirst().runId()).state(), UTF_8);
    }

    private static void leaveErroredState(FakeTofu.Handle handle) {
        handle.end(new ProcessOutcome.Exited(1), ERRORED);
    }
}
