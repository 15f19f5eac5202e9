package io.leasehold.ledger.api;

/** Where a run is. Leases last longer in {@code APPLYING}. */
public enum RunPhase {
    CLAIMED,
    PREPARING,
    PLANNING,
    APPLYING,
    FINISHED
}
