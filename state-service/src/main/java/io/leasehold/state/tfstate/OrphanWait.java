package io.leasehold.state.tfstate;

/**
 * Why a stack that is to be destroyed waits while it has an open orphan. Said where the orphan is
 * kept and where the stack is planned, in the same words: so planning again changes nothing.
 */
public final class OrphanWait {
    /** For programs. */
    public static final String CODE = "ORPHAN_STATE";

    /** For people. */
    public static final String REASON =
            "a run that had lost its lease left a state of what it built; where it is not settled by"
                    + " itself, adopt or dismiss it first (leasehold states orphans says why)";

    /** What a stack waits for first: that what depends on it is gone. Then it waits for this. */
    public static final String AFTER = "DEPENDENTS";

    private OrphanWait() {}
}
