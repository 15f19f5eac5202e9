package io.leasehold.ledger.api;

/**
 * @param remainingMillis what is left of the lease; never a timestamp
 * @param instruction what the run should do
 */
public record HeartbeatReply(long remainingMillis, Instruction instruction) {

    /** What the ledger wants of a run at work. */
    public enum Instruction {
        CONTINUE,
        /** A newer revision is wanted: plan again, unless already applying. */
        REPLAN,
        /**
         * Deleted, suspended or cancelled: drop the plan; an apply is interrupted on a cancel only.
         */
        DROP,
        /** An operator cancelled: interrupt even an apply. */
        CANCEL
    }
}
