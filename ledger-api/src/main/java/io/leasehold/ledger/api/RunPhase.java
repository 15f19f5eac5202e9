package io.leasehold.ledger.api;

/** Where a run is. Leases last longer in {@code APPLYING}. */
public enum RunPhase {
    /** An operator asked for it, and no worker has it yet. */
    ASKED,
    CLAIMED,
    PREPARING,
    PLANNING,
    APPLYING,
    FINISHED
}
