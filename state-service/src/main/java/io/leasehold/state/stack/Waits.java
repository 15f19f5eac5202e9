package io.leasehold.state.stack;

import io.leasehold.state.tfstate.OrphanWait;

/** Why a life or a stack does not go on: stable words for programs, sentences beside them. */
public final class Waits {
    /** An older life of the tenant is not gone. */
    public static final String PREVIOUS_INCARNATION = "PREVIOUS_INCARNATION";

    /** The blueprint is not registered. */
    public static final String BLUEPRINT_UNKNOWN = "BLUEPRINT_UNKNOWN";

    /** The blueprint came, and its schema refuses the tenant's variables. */
    public static final String VARIABLES_REFUSED = "VARIABLES_REFUSED";

    /** A stack it comes after is not there yet. */
    public static final String DEPENDENCY_NOT_READY = "DEPENDENCY_NOT_READY";

    /** A stack that depends on it must be gone first. */
    public static final String DEPENDENTS = OrphanWait.AFTER;

    /** Its inputs can not be computed. */
    public static final String INPUTS_UNRESOLVED = "INPUTS_UNRESOLVED";

    /** The tenant is suspended. */
    public static final String SUSPENDED = "SUSPENDED";

    /** A run that had lost its lease left a state of it that nobody has settled. */
    public static final String ORPHAN_STATE = OrphanWait.CODE;

    /** It is let go as it stands, once the run at work has ended. */
    public static final String RUN_AT_WORK = "RUN_AT_WORK";

    /** It was let go as it stands. */
    public static final String RETAINED = "RETAINED";

    private Waits() {}
}
