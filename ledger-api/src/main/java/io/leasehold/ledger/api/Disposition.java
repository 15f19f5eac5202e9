package io.leasehold.ledger.api;

/**
 * What became of an event. {@code PENDING} and {@code BEHIND} are the only ones that are no end.
 */
public enum Disposition {
    /** Accepted; work for it is due, held or waiting. */
    PENDING,
    /** Accepted, and everything it wanted is applied. */
    APPLIED,
    /** Accepted, and it changed nothing. */
    UNCHANGED,
    /** Accepted, and a newer event took its place before it was applied. */
    SUPERSEDED,
    /** Accepted, but a policy leaves the stack as it was created. */
    SKIPPED,
    /** Accepted, and a run for it failed for good; a retry may lead out of it. */
    FAILED,
    /** Seen before. */
    DUPLICATE,
    /** Older than what is wanted now. */
    STALE,
    /** Refused; it lies in the dead letters. */
    DEAD_LETTERED,
    /** Below the partition's watermark: it has its verdict already and was not looked at. */
    BELOW_WATERMARK,
    /** The ledger lacks what came before, and did not look: read again from its watermark. */
    BEHIND
}
