package io.leasehold.ledger.api;

/** What became of a letter in a replay. */
public enum ReplayItemState {
    /** It was not its turn yet. */
    WAITING,
    /** Sent; intake has not taken it in. */
    SENT,
    /** Taken in, or a new attempt is due; what it wants is not in place yet. */
    AT_WORK,
    /** What it wanted is in place. */
    DONE,
    /** It failed again, and lies in the dead letters anew. */
    FAILED,
    /** The tenant had moved on: nothing was applied of it. */
    SUPERSEDED,
    /** There was nothing to do. */
    NOTHING,
    /** A guard said no. */
    REFUSED,
    /** The replay was given up before its turn. */
    SKIPPED
}
