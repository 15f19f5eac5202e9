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

    /**
     * One run whose lease ran out or whose worker started anew.
     *
     * @param spent tries that this revision cost by failures
     * @param counted losses of this revision before this one that may have been the run's doing
     * @param times losses of this revision in all, this one included
     * @param othersToo runs of other stacks were lost lately, clearly apart from any loss of this
     *     stack
     * @param newerWaits true if the stack is wanted at a newer revision than the run's
     */
    public record Loss(int spent, int counted, int times, boolean othersToo, boolean newerWaits) {

        /** Losses that may have been the run's doing, this one included. */
        int countedNow() {
            return othersToo ? counted : counted + 1;
        }

        /** For operators. */
        String sentence() {
            return "Lost %d times by now, %d of them while nothing else was lost."
                    .formatted(times, countedNow());
        }
    }

    /** What follows from a failure. */
    public sealed interface Verdict {

        /** Try again after the wait; {@code spent} tries are used up by then. */
        record Retry(Duration delay, int spent) implements Verdict {}

        /**
         * Failed for good.
         *
         * @param spent how many runs the revision cost
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
        return new Verdict.Retry(spread(rule.delay(failure.spent() + 1), jitter), spent);
    }

    /**
     * Decides one loss. One that happens while workers are lost without the run too is not held
     * against it. A second limit, on all of them, ends what two runs that end workers would excuse
     * each other for.
     *
     * @param jitter as for a failure
     */
    public static Verdict decide(Loss loss, double jitter) {
        if (loss.newerWaits()) {
            return new Verdict.Superseded();
        }
        if (loss.countedNow() >= LossRule.MOST_COUNTED || loss.times() >= LossRule.MOST) {
            return new Verdict.GiveUp(loss.spent() + loss.times(), true);
        }
        return new Verdict.Retry(spread(LossRule.wait(loss.times()), jitter), loss.spent());
    }

    private static Duration spread(Duration wait, double jitter) {
        long millis = wait.toMillis();
        return Duration.ofMillis(millis - (long) (millis / 2.0 * jitter));
    }
}
