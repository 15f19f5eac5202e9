package io.leasehold.ledger.api;

/** What a run does. */
public enum RunKind {
    /** Brings a stack to its wanted revision. */
    APPLY,
    /** Removes what was applied. */
    DESTROY,
    /** Refresh-only plan on a snapshot of the state; holds no lease. */
    DRIFT;

    /** The lane in which such a run is claimed. */
    public Lane lane() {
        return switch (this) {
            case APPLY, DESTROY -> Lane.LIFECYCLE;
            case DRIFT -> Lane.DRIFT;
        };
    }
}
