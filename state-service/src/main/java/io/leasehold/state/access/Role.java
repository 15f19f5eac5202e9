package io.leasehold.state.access;

import java.util.Set;

/** The names of the roles, as endpoints and the tokens file use them. */
public final class Role {
    /** A worker: claims runs, hands in what a spool holds. Writes no state of a run at work. */
    public static final String WORKER = "worker";

    /** Intake: hands in the records of the input topic. */
    public static final String INTAKE = "intake";

    /** A publisher: drains the outbox. */
    public static final String PUBLISHER = "publisher";

    /** A person who changes things. May all that a viewer may. */
    public static final String OPERATOR = "operator";

    /** A person who lets things pass or not. May all that a viewer may, and changes nothing. */
    public static final String APPROVER = "approver";

    /** A person who looks; sees no secret. */
    public static final String VIEWER = "viewer";

    /** A person with a tofu of their own: the states of some stacks, and nothing else. */
    public static final String STATE = "state";

    /** A run, by the credential of its claim: its own stack's state, for as long as it lasts. */
    public static final String RUN = "run";

    /** Roles of services, which are never limited to tenants. */
    static final Set<String> OF_SERVICES = Set.of(WORKER, INTAKE, PUBLISHER);

    /** Roles of people, which may be limited to tenants and stacks. */
    static final Set<String> OF_PEOPLE = Set.of(OPERATOR, APPROVER, VIEWER, STATE);

    private Role() {}
}
