package io.leasehold.it.deployment;

import java.util.Map;
import java.util.Set;

/**
 * One container that runs a service of ours.
 *
 * @param where file and name, for messages
 * @param module the service
 * @param environment all it is given, the image's included; values that come from a secret are made
 *     up
 * @param mounts folders and files that are mounted into it
 */
record Container(String where, String module, Map<String, String> environment, Set<String> mounts) {

    /** Whether that path is in the image or below a mount. */
    boolean has(String path) {
        return path.startsWith("/opt/leasehold/")
                || mounts.stream()
                        .anyMatch(mount -> path.equals(mount) || path.startsWith(mount + "/"));
    }

    @Override
    public String toString() {
        return where;
    }
}
