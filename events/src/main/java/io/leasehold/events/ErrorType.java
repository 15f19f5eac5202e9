package io.leasehold.events;

/** Who has to move when something failed. HTTP status, disposition and exit code follow from it. */
public enum ErrorType {
    /** The sender or author must change what was sent. */
    USER,
    /** Two truths meet; somebody must say which one holds. */
    CONFLICT,
    /** Something outside (provider, registry, network) did not answer as it should. */
    EXTERNAL,
    /** A quota, capacity or rate is used up. */
    RESOURCE,
    /** The platform itself went wrong. */
    INTERNAL
}
