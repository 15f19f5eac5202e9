package io.leasehold.state.simulation;

/**
 * What could be wrong with a ledger: each is built in once, to see that the simulation finds it.
 */
enum Defect {
    /** A record is judged again though its partition is past it. */
    WATERMARK_IS_NOT_LOOKED_AT,
    /** The watermark moves on in a transaction of its own, before the verdict. */
    ACKNOWLEDGED_BEFORE_IT_IS_DURABLE,
    /** What an event said is not remembered once a newer one is there. */
    ANY_GENERATION_IS_TAKEN,
    /** A stack is planned when events come, but not when runs end. */
    NOT_PLANNED_AGAIN_AFTER_A_RUN,
    /** The queue gives a stack that somebody has. */
    CLAIM_TAKES_A_LEASED_STACK,
    /** An outage of the service is not made up for. */
    PULSE_MAKES_NOTHING_UP,
    /** A clock that is set back and forth between two pulses shortens leases. */
    LEASES_BY_THE_CLOCK,
    /** What has run out is given to others at once, before its doors are sure to be closed. */
    TAKEOVER_BEFORE_THE_END,
    /** A state is taken without looking at its lease. */
    STATE_WITHOUT_LEASE,
    /** An outcome is taken from a run that lost its stack. */
    OUTCOME_WITHOUT_LEASE,
    /** What a run did counts as applied though its state is not there any more. */
    OLD_STATE_COUNTS,
    /** The published outputs stay ready while an apply changes them. */
    READY_WHILE_APPLYING,
    /** A publisher reads what waits before it fences the one before. */
    PUBLISHER_IS_NOT_FENCED
}
