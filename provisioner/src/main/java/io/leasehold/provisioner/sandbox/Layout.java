package io.leasehold.provisioner.sandbox;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a program sees what it is given. In a root of its own it sees it where the {@link RunSpec}
 * says; elsewhere a directory stands for that root.
 *
 * @param root the directory; empty for a root of its own
 */
public record Layout(Optional<Path> root) {

    /** A root of its own. */
    public static final Layout OWN_ROOT = new Layout(Optional.empty());

    /** Where it sees what is made for it at {@code inside}. */
    public String of(String inside) {
        return root.map(dir -> dir + inside).orElse(inside);
    }

    /**
     * Where it sees a file or directory of the host that it is given at {@code inside}, read-only
     * and with nothing of the run in it. The same for all runs and all workers of a machine.
     */
    public String given(Path host, String inside) {
        return root.isPresent() ? host.toAbsolutePath().normalize().toString() : inside;
    }

    /** Names what init leaves in a module that depends on it. */
    public String kind() {
        return root.isPresent() ? "in-place" : "own-root";
    }
}
