package io.leasehold.embedded;

/** What a local database promises about a machine that loses power. */
public enum Durability {
    /** Every commit is on the disk before it is answered. */
    DURABLE,
    /** A crash of the machine may lose everything; for tests. A killed process loses nothing. */
    FAST
}
