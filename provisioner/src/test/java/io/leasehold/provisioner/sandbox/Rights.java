package io.leasehold.provisioner.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** What tests of other packages must know of the machine they run on. */
public final class Rights {

    private Rights() {}

    /** Whether runs have users of their own and their sandboxes can be made in any other way. */
    public static boolean root() {
        return Privilege.current() == Privilege.ROOT;
    }

    /**
     * Whether bubblewrap can limit nested user namespaces; where not, a worker holds without that,
     * and its probe makes a second sandbox.
     */
    public static boolean namespacesCanBeLimited() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .map(line -> line.split(" "))
                .noneMatch(mount ->
                        mount[1].matches("/proc/sys(/user)?")
                                && Set.of(mount[3].split(",")).contains("ro"));
    }

    /** What a worker of a tier has set, for tenant {@code acme} and at a port of its own. */
    public static Map<String, String> settingsOf(Tier tier) throws IOException {
        return Attempts.of(tier);
    }
}
