package io.leasehold.faults;

/** What becomes of whoever comes to where a process is armed. */
public enum Effect {
    /** The process ends, all that it does with it. */
    KILL,
    /**
     * That thread goes no further, the others do: who then arms the process again, and at last
     * kills it, ends several runs at once, each at an instant of its own.
     */
    HOLD
}
