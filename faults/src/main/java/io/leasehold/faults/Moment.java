package io.leasehold.faults;

/** When, at a step. */
public enum Moment {
    /** Its method was called and has done nothing. */
    BEFORE,
    /** Its method has done all that it does and is about to return; not reached when it throws. */
    AFTER
}
