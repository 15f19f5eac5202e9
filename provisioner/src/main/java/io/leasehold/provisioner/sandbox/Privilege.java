package io.leasehold.provisioner.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the worker may do on this machine, and so how a sandbox is made. */
enum Privilege {

    /** Root that may make namespaces: each slot is a user of its own. */
    ROOT,

    /**
     * Root in a container without SYS_ADMIN: becomes the slot's user first, then a user namespace.
     */
    BOUNDED_ROOT,

    /** A plain user: all programs run as the same user of the host, in user namespaces. */
    USER;

    private static final long SYS_ADMIN = 1L << 21;

    /** True when slots have users of their own. */
    boolean slotUsers() {
        return this != USER;
    }

    static Privilege current() {
        try {
            return of(Files.readString(Path.of("/proc/self/status")));
        } catch (IOException e) {
            throw new IllegalStateException("the sandbox needs Linux with /proc", e);
        }
    }

    static Privilege of(String status) {
        String uid = field(status, "Uid:").split("\\s+")[1];
        if (!uid.equals("0")) {
            return USER;
        }
        long effective = Long.parseUnsignedLong(field(status, "CapEff:"), 16);
        return (effective & SYS_ADMIN) != 0 ? ROOT : BOUNDED_ROOT;
    }

    private static String field(String status, String name) {
        return status.lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("no " + name + " in /proc/self/status"))
                .substring(name.length())
                .strip();
    }
}
