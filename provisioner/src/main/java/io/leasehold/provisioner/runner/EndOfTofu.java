package io.leasehold.provisioner.runner;

import io.leasehold.events.ErrorCode;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.tofu.Diagnostic;
import io.leasehold.provisioner.tofu.TofuResult;
import java.util.stream.Collectors;

/** Reads a tofu that did not succeed. Pure. */
final class EndOfTofu {

    private static final int LONGEST_MESSAGE = 2000;

    private EndOfTofu() {}

    /** Code and words of a failure. */
    static RunEnding.Failed failure(TofuResult result) {
        return switch (result.outcome()) {
            // Nobody here asked for it; most often the kernel ran out of memory.
            case ProcessOutcome.Exited(int exit) when exit == ProcessOutcome.KILLED ->
                    failure(result, ErrorCode.WORKER_LOST);
            case ProcessOutcome.Exited _ -> classified(result);
            case ProcessOutcome.TimedOut _ -> failure(result, ErrorCode.TIMEOUT);
            case ProcessOutcome.Stopped _ -> failure(result, ErrorCode.WORKER_LOST);
            case ProcessOutcome.FailedToStart _ -> failure(result, ErrorCode.WORKER_FAULT);
        };
    }

    private static RunEnding.Failed failure(TofuResult result, ErrorCode code) {
        return new RunEnding.Failed(code, message(result), result.delta());
    }

    private static RunEnding.Failed classified(TofuResult result) {
        FailureClassifier.Found found = FailureClassifier.find(result.diagnostics());
        return new RunEnding.Failed(
                found.code(), message(result), result.delta(), found.retryable(), found.decisive());
    }

    private static String message(TofuResult result) {
        String how =
                switch (result.outcome()) {
                    case ProcessOutcome.Exited(int exit) -> "tofu ended with code " + exit;
                    case ProcessOutcome.TimedOut(var deadline, var limit, _) ->
                            "stopped after " + limit + " (" + deadline + ")";
                    case ProcessOutcome.Stopped(String reason, _) -> "stopped: " + reason;
                    case ProcessOutcome.FailedToStart(String why) -> "could not start: " + why;
                };
        String errors =
                result.diagnostics().stream()
                        .filter(one -> one.severity() == Diagnostic.Severity.ERROR)
                        .map(Diagnostic::text)
                        .collect(Collectors.joining("; "));
        String all = errors.isEmpty() ? how : how + ". " + errors;
        return all.length() <= LONGEST_MESSAGE ? all : all.substring(0, LONGEST_MESSAGE) + "…";
    }
}
