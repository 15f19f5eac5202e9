package io.leasehold.state.access;

/** The names of the roles, as endpoints and the tokens file use them. */
public final class Role {
    /** A worker: claims runs, writes states under a lease. */
    public static final String WORKER = "worker";

    /** Intake: hands in the records of the input topic. */
    public static final String INTAKE = "intake";

    /** A publisher: drains the outbox. */
    public static final String PUBLISHER = "publisher";

    /** A person who changes things. May all that a viewer may. */
    public static final String OPERATOR = "operator";

    /** A person who looks; sees no secret. */
    public static final String VIEWER = "viewer";

    private Role() {}
}
