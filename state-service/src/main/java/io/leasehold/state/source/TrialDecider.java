package io.leasehold.state.source;

/**
 * Whether a record that comes again and again without a verdict is taken for the cause: it is when
 * nothing else explains it. What ends the service by itself is followed by one start each time.
 */
final class TrialDecider {
    /** So many trials' worth of deliveries condemn it, whatever else there was. */
    private static final int MOST_TRIALS = 10;

    private TrialDecider() {}

    /**
     * What is known when a trial is full.
     *
     * @param deliveries in this trial, that which is at hand among them; at least 1
     * @param before in the trials before
     * @param starts of the service since the trial's first delivery; for a first trial also those
     *     of the minute before, which cannot be this record's doing
     * @param databaseStarted whether the database was started since then
     * @param others whether another record waits as often for its verdict at the same time
     */
    record Evidence(
            int deliveries, int before, long starts, boolean databaseStarted, boolean others) {}

    /** What follows. */
    enum Verdict {
        AT_FAULT,
        TRY_ANEW
    }

    /**
     * Decides. What another one does excuses only once: the one that is not at fault has its
     * verdict by the next time, or two would excuse each other.
     */
    static Verdict decide(Evidence evidence, int limit) {
        if (evidence.before() + evidence.deliveries() >= MOST_TRIALS * limit) {
            return Verdict.AT_FAULT;
        }
        boolean first = evidence.before() == 0;
        return evidence.databaseStarted()
                        || evidence.starts() >= evidence.deliveries()
                        || (first && evidence.others())
                ? Verdict.TRY_ANEW
                : Verdict.AT_FAULT;
    }
}
