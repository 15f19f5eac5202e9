package io.leasehold.provisioner.attacks;

import java.util.Locale;

/** One part of the sandbox's line that can be left out of it, and nothing else with it. */
enum Defence {
    /** Nothing of the worker's environment is handed on. */
    CLEARED_ENVIRONMENT,
    /** Each slot's programs run as a user of the host of their own. */
    OWN_USER,
    /** A root with nothing of the host but what was mounted. */
    OWN_ROOT,
    /** Results are single files: the directory they are in is not there. */
    OWN_DIRECTORY_OF_RESULTS,
    /** The root, its devices and what is mounted from the host cannot be written to. */
    READ_ONLY,
    /** File systems in memory have a size. */
    SIZED_MEMORY_FILES,
    /** Files have a largest size. */
    FILE_LIMIT,
    /** A user has a largest number of processes. */
    PROCESS_LIMIT,
    /** A network of its own. Left out, the run is in the worker's. */
    OWN_NETWORK,
    /** A network that leads nowhere. Left out, it has what a host's network would lead to. */
    CLOSED_NETWORK,
    /** No process of the host can be seen. */
    OWN_PROCESSES,
    /** The system call filter. */
    FILTER,
    /** No terminal among the devices, and no way to make one. */
    NO_TERMINALS,
    /** Programs gain no privileges by what they start. Left out, the filter cannot be loaded. */
    NO_NEW_PRIVILEGES,
    /** What is mounted from the host gives nobody its user by a bit. */
    NOSUID_MOUNTS,
    /** A limit of zero user namespaces. */
    NO_NESTED_NAMESPACES,
    /** No capabilities, not even in a user namespace of its own. */
    NO_CAPABILITIES,
    /** A user namespace of its own, in which nobody is root. */
    OWN_USER_NAMESPACE;

    /** The attacker's word for it. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
