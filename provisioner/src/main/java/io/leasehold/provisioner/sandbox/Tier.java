package io.leasehold.provisioner.sandbox;

/**
 * How a run is kept apart. What is set is what is made: there is no way down from one to another.
 */
public enum Tier {

    /** Namespaces, a root of its own and a system call filter, by bubblewrap. */
    BUBBLEWRAP,

    /**
     * Landlock and a system call filter, where no namespaces can be had. A program has the worker's
     * user and network, so there is one at a time.
     */
    LANDLOCK,

    /** Nothing. For one tenant that is trusted with all that the worker has. */
    NONE;

    /** Whether several programs would see each other. */
    public boolean oneAtATime() {
        return this != BUBBLEWRAP;
    }

    /** Whether others of the machine reach the port at which a program finds its service. */
    public boolean sharesLoopback() {
        return this != BUBBLEWRAP;
    }
}
