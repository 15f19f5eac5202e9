package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.Delta;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.sandbox.Shortage;
import io.leasehold.provisioner.stateproxy.StateReport;
import io.leasehold.provisioner.tofu.Diagnostic;
import io.leasehold.provisioner.tofu.TofuResult;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
        RunEnding.Failed failed = failure(outcome, List.of(), Set.of());

        assertThat(failed.code()).isEqualTo(code);
        assertThat(failed.message()).isNotBlank();
    }

    static Stream<Arguments> endsOfWhatUsedUpWhatItHas() {
        Diagnostic lost = error("Plugin did not respond");
        Diagnostic refused = error("connection refused");
        ProcessOutcome failed = new ProcessOutcome.Exited(1);
        return Stream.of(
                Arguments.of(new ProcessOutcome.Exited(137), List.of(), ErrorCode.LIMIT_REACHED),
                Arguments.of(failed, List.of(), ErrorCode.LIMIT_REACHED),
                Arguments.of(failed, List.of(lost), ErrorCode.LIMIT_REACHED),
                // Whoever says why it failed is believed, and who was ended for something else.
                Arguments.of(failed, List.of(refused), ErrorCode.NETWORK),
                Arguments.of(
                        new ProcessOutcome.Stopped("this worker is stopping", 137),
                        List.of(),
                        ErrorCode.WORKER_LOST),
                Arguments.of(
                        new ProcessOutcome.TimedOut(
                                ProcessOutcome.Deadline.IDLE, Duration.ofMinutes(10), 137),
                        List.of(),
                        ErrorCode.TIMEOUT));
    }

    @ParameterizedTest
    @MethodSource("endsOfWhatUsedUpWhatItHas")
    void whatWasUsedUpIsTheCauseWhereNothingElseIs(
            ProcessOutcome outcome, List<Diagnostic> errors, ErrorCode code) {
        RunEnding.Failed failed =
                failure(outcome, errors, Set.of(Shortage.PROCESSES, Shortage.MEMORY));

        assertThat(failed.code()).isEqualTo(code);
        assertThat(failed.retryable()).isEqualTo(code.retryable());
        assertThat(failed.message()).contains(", used up its memory and processes");
    }

    @Test
    void whoIsKilledWasNotKilledForAProcessThatItWasRefused() {
        RunEnding.Failed failed =
                failure(new ProcessOutcome.Exited(137), List.of(), EnumSet.of(Shortage.PROCESSES));

        assertThat(failed.code()).isEqualTo(ErrorCode.WORKER_LOST);
        assertThat(failed.message()).contains(", used up its processes");
    }

    private static RunEnding.Failed failure(
            ProcessOutcome outcome, List<Diagnostic> errors, Set<Shortage> shortages) {
        return EndOfTofu.failure(
                new TofuResult(
                        outcome,
                        errors,
                        Delta.NONE,
                        StateReport.NONE,
                        TofuResult.Left.NOTHING,
                        shortages));
    }

    private static Diagnostic error(String words) {
        return new Diagnostic(Diagnostic.Severity.ERROR, words, "", Optional.empty());
    }
}
