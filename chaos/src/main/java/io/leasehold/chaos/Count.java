package io.leasehold.chaos;

/** What is counted, and must be none of. */
enum Count {
    /** Acknowledged by the broker, and without an end in the ledger. */
    EVENTS_LOST("events lost"),
    /** What a state knew is gone, or things stand that no state knows. */
    STATES_LOST("states lost"),
    /** Two applies whose writes on one stack lie within each other. */
    APPLIES_OVERLAPPED("applies that overlapped on one stack"),
    /** Something was marked by an older generation than it bore. */
    OLD_APPLIES("applies at an old generation"),
    /** Somebody still holds a stack. */
    LOCKS_LEFT("locks left"),
    /** A run that began and never ended. */
    RUNS_WITHOUT_END("runs without an end"),
    /** What a deployer reads is not what the newest event wants. */
    WRONG_OUTPUTS("wrong final outputs"),
    /** Outputs of an apply that the tenants' server did not see: then nothing else counts. */
    UNSEEN("applies that the witness did not see"),
    /** The ledger itself says that something is still wanted, or failed. */
    NOT_SETTLED("tenants not settled"),
    /**
     * A dead letter, or a state that nobody had the right to write: somebody must get up for it.
     */
    LEFT_FOR_PEOPLE("left for people");

    private final String label;

    Count(String label) {
        this.label = label;
    }

    /** In words. */
    String label() {
        return label;
    }
}
