package io.leasehold.provisioner.runner;

import io.leasehold.events.ErrorCode;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.sandbox.Shortage;
import io.leasehold.provisioner.tofu.Diagnostic;
import io.leasehold.provisioner.tofu.TofuResult;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads a tofu that did not succeed. Pure. */
final class EndOfTofu {

    private static final int LONGEST_MESSAGE = 2000;

    /** As what has used up its memory or its processes ends, without a word of that. */
    private static final Set<ErrorCode> SAYS_LITTLE =
            EnumSet.of(ErrorCode.UNKNOWN, ErrorCode.PROVIDER_CRASHED);

    private EndOfTofu() {}

    /** Code and words of a failure. */
    static RunEnding.Failed failure(TofuResult result) {
        return switch (result.outcome()) {
            // Nobody here asked for it. The kernel kills so for memory; where nothing counts whose
            // ran out, it may have been the machine's. A process that was refused is of no account:
            // it may have been long before, and whoever is refused one is not killed for it.
            case ProcessOutcome.Exited(int exit) when exit == ProcessOutcome.KILLED ->
                    failure(
                            result,
                            result.shortages().contains(Shortage.MEMORY)
                                    ? ErrorCode.LIMIT_REACHED
                                    : ErrorCode.WORKER_LOST);
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
        if (!result.shortages().isEmpty() && SAYS_LITTLE.contains(found.code())) {
            return new RunEnding.Failed(
                    ErrorCode.LIMIT_REACHED,
                    message(result),
                    result.delta(),
                    ErrorCode.LIMIT_REACHED.retryable(),
                    found.decisive());
        }
        return new RunEnding.Failed(
                found.code(), message(result), result.delta(), found.retryable(), found.decisive());
    }

    private static String words(Set<Shortage> shortages) {
        return shortages.stream()
                .sorted()
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" and "));
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
        if (!result.shortages().isEmpty()) {
            how += ", used up its " + words(result.shortages());
        }
        String errors =
                result.diagnostics().stream()
                        .filter(one -> one.severity() == Diagnostic.Severity.ERROR)
                        .map(Diagnostic::text)
                        .collect(Collectors.joining("; "));
        String all = errors.isEmpty() ? how : how + ". " + errors;
        return all.length() <= LONGEST_MESSAGE ? all : all.substring(0, LONGEST_MESSAGE) + "…";
    }
}
