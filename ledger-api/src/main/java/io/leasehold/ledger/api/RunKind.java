package io.leasehold.ledger.api;

/** What a run does. */
public enum RunKind {
    /** Brings a stack to its wanted revision. */
    APPLY,
    /** Removes what was applied. */
    DESTROY,
    /**
     * Changes what the state says and nothing else, as an operator asked: {@link StateOperation}.
     */
    STATE,
    /** Refresh-only plan on a snapshot of the state; holds no lease. */
    DRIFT;

    /** The lane in which such a run is claimed. */
    public Lane lane() {
        return switch (this) {
            case APPLY, DESTROY, STATE -> Lane.LIFECYCLE;
            case DRIFT -> Lane.DRIFT;
        };
    }
}
