package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.Delta;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.stateproxy.StateReport;
import io.leasehold.provisioner.tofu.TofuResult;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How a tofu ended, as the ledger is told it. */
class EndOfTofuTest {

    static Stream<Arguments> ends() {
        return Stream.of(
                Arguments.of(new ProcessOutcome.Exited(1), ErrorCode.UNKNOWN),
                Arguments.of(new ProcessOutcome.Exited(137), ErrorCode.WORKER_LOST),
                Arguments.of(
                        new ProcessOutcome.TimedOut(
                                ProcessOutcome.Deadline.IDLE, Duration.ofMinutes(10), 1),
                        ErrorCode.TIMEOUT),
                Arguments.of(
                        new ProcessOutcome.Stopped("this worker is stopping", 1),
                        ErrorCode.WORKER_LOST),
                Arguments.of(
                        new ProcessOutcome.FailedToStart("sandbox: No space left on device"),
                        ErrorCode.WORKER_FAULT));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void eachWayToEndHasItsCode(ProcessOutcome outcome, ErrorCode code) {
        RunEnding.Failed failed =
                EndOfTofu.failure(
                        new TofuResult(
                                outcome,
                                List.of(),
                                Delta.NONE,
                                StateReport.NONE,
                                TofuResult.Left.NOTHING));

        assertThat(failed.code()).isEqualTo(code);
        assertThat(failed.message()).isNotBlank();
    }
}
