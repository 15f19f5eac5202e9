package io.leasehold.ledger.api;

/** A class of runs with its own concurrency. */
public enum Lane {
    /** Apply and destroy: what tenants wait for; and what operators have done to states. */
    LIFECYCLE,
    /** Looks at what is there; changes nothing and holds no lease. */
    DRIFT
}
