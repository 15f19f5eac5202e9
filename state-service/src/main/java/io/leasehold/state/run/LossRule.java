package io.leasehold.state.run;

import java.time.Duration;

/** How often and how soon a run is tried again whose worker was lost with it. */
final class LossRule {
    /** So many losses that may be the run's doing end a revision. */
    static final int MOST_COUNTED = 6;

    /** So many losses end it, whatever else was lost. */
    static final int MOST = 30;

    /** The first are followed at once: workers are killed in every roll-out. */
    private static final int AT_ONCE = 3;

    /** What stands first in the queue is met by the next kill again, unless others go first. */
    private static final RetryRule LATER =
            new RetryRule(MOST, Duration.ofSeconds(5), Duration.ofMinutes(5), true);

    private LossRule() {}

    /**
     * The wait after so many losses of a revision, without jitter.
     *
     * @param times at least 1
     */
    static Duration wait(int times) {
        return times <= AT_ONCE ? Duration.ZERO : LATER.delay(times - AT_ONCE);
    }
}
