package io.leasehold.provisioner.tofu;

import io.leasehold.provisioner.module.Blame;
import io.leasehold.provisioner.module.ModuleInitialiser.Outcome;
import io.leasehold.provisioner.process.ProcessOutcome;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Reads an {@code init} that did not succeed. One fault of a worker would otherwise end every
 * tenant of the module for good. Pure.
 */
final class InitFailure {

    private static final int LONGEST_REASON = 1000;

    /** What the kernel says of a machine, in the words of Go: ENOSPC, EDQUOT, EIO, EROFS, … */
    private static final Pattern WORKERS =
            Pattern.compile(
                    "no space left on device|disk quota exceeded|input/output error"
                            + "|read-only file system|cannot allocate memory|out of memory"
                            + "|resource temporarily unavailable|too many open files"
                            + "|signal: killed|failed to create new os thread",
                    Pattern.CASE_INSENSITIVE);

    private InitFailure() {}

    /**
     * Says whose doing it was and why, for people.
     *
     * @param said all that tofu printed
     */
    static Outcome.Failed of(ProcessOutcome outcome, String said) {
        int error = said.indexOf("Error: ");
        // tofu breaks lines anywhere, and draws a border beside them.
        String words =
                (error < 0 ? said : said.substring(error)).replaceAll("[│╷╵\\s]+", " ").strip();
        return new Outcome.Failed(
                blame(outcome, words),
                how(outcome) + ". " + words.substring(0, Math.min(LONGEST_REASON, words.length())));
    }

    private static Blame blame(ProcessOutcome outcome, String words) {
        return switch (outcome) {
            case ProcessOutcome.FailedToStart _ -> Blame.WORKER;
            // Asked to by this worker, which is on its way out.
            case ProcessOutcome.Stopped _ -> Blame.WORKER;
            case ProcessOutcome.TimedOut _ -> Blame.UNKNOWN;
            case ProcessOutcome.Exited(int code) when code == ProcessOutcome.KILLED -> Blame.WORKER;
            case ProcessOutcome.Exited(int code) when code > 128 -> Blame.UNKNOWN;
            case ProcessOutcome.Exited _ ->
                    WORKERS.matcher(words).find() ? Blame.WORKER : Blame.MODULE;
        };
    }

    private static String how(ProcessOutcome outcome) {
        return switch (outcome) {
            case ProcessOutcome.Exited(int exit) -> "tofu init ended with code " + exit;
            case ProcessOutcome.TimedOut(_, Duration limit, _) ->
                    "tofu init was stopped after " + limit.toSeconds() + " s";
            case ProcessOutcome.Stopped(String why, _) -> "tofu init was stopped: " + why;
            case ProcessOutcome.FailedToStart(String why) -> "tofu init could not start: " + why;
        };
    }
}
