package io.leasehold.state.tenant;

/** What was decided of an event that is in order to be judged; nothing of it is written yet. */
sealed interface Ruled {
    Arrival arrival();

    /**
     * The ledger's verdict.
     *
     * @param blueprintKnown its blueprint is registered
     * @param later it came later than all there is of its life, by its place in the source
     */
    record Follow(Arrival arrival, Verdict verdict, boolean blueprintKnown, boolean later)
            implements Ruled {}

    /** It cannot be put in order. */
    record Hold(Arrival arrival, String why) implements Ruled {}
}
