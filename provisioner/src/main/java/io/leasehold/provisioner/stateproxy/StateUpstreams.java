package io.leasehold.provisioner.stateproxy;

/** Opens the way to a stack's state. The runner hands one in; see {@link HttpStateUpstreams}. */
@FunctionalInterface
public interface StateUpstreams {

    /** The state that {@code access} names, with the right it carries. Does no I/O. */
    StateUpstream open(StateAccess access);
}
