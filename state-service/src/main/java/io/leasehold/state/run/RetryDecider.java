package io.leasehold.state.run;

import java.time.Duration;

/**
 * Decides what a failed run leads to: another try, the dead letters, or nothing because something
 * newer waits. Pure; safe to share.
 */
public final class RetryDecider {

    private RetryDecider() {}

    /**
     * One failed run.
     *
     * @param code stable error code
     * @param retryable false where the worker saw that another try cannot help
     * @param spent tries that this revision cost before this run
     * @param newerWaits true if the stack is wanted at a newer revision than the run's
     */
    public record Failure(String code, boolean retryable, int spent, boolean newerWaits) {}

    /** What follows from a failure. */
    public sealed interface Verdict {

        /** Try again after the wait; {@code spent} tries are used up by then. */
        record Retry(Duration delay, int spent) implements Verdict {}

        /**
         * Failed for good.
         *
         * @param limitReached another try might help, and the code allows no more of them
         */
        record GiveUp(int spent, boolean limitReached) implements Verdict {}

        /** A newer revision waits: the failure is moot. */
        record Superseded() implements Verdict {}
    }

    /**
     * Decides one failure.
     *
     * @param jitter in [0, 1): spreads the waits over the upper half, so that what failed together
     *     does not come back together
     */
    public static Verdict decide(Failure failure, double jitter) {
        if (failure.newerWaits()) {
            return new Verdict.Superseded();
        }
        RetryRule rule = RetryRule.of(failure.code());
        int spent = rule.counted() ? failure.spent() + 1 : failure.spent();
        if (!failure.retryable() || spent >= rule.tries()) {
            return new Verdict.GiveUp(Math.max(spent, 1), failure.retryable() && rule.tries() > 1);
        }
        long wait = rule.delay(failure.spent() + 1).toMillis();
        return new Verdict.Retry(Duration.ofMillis(wait - (long) (wait / 2.0 * jitter)), spent);
    }
}
