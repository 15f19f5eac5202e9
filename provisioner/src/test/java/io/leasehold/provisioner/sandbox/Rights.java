package io.leasehold.provisioner.sandbox;

import java.io.IOException;
import java.util.Map;

/** What tests of other packages must know of the machine they run on. */
public final class Rights {

    private Rights() {}

    /** Whether runs have users of their own and their sandboxes can be made in any other way. */
    public static boolean root() {
        return Privilege.current() == Privilege.ROOT;
    }

    /** What a worker of a tier has set, for tenant {@code acme} and at a port of its own. */
    public static Map<String, String> settingsOf(Tier tier) throws IOException {
        return Attempts.of(tier);
    }
}
