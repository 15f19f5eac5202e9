package io.leasehold.provisioner.sandbox;

/** What tests of other packages must know of the machine they run on. */
public final class Rights {

    private Rights() {}

    /** Whether runs have users of their own and their sandboxes can be made in any other way. */
    public static boolean root() {
        return Privilege.current() == Privilege.ROOT;
    }
}
