package io.leasehold.provisioner.attacks;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A directory of control groups of the test's own, as an operator would delegate one. */
final class ControlGroups {

    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private final Path parent;

    private ControlGroups(Path parent) {
        this.parent = parent;
    }

    /** Skips the test on a machine that gives none. */
    static ControlGroups make() {
        boolean first = Files.exists(ROOT.resolve("memory/memory.limit_in_bytes"));
        Path above = first ? ROOT.resolve("memory") : ROOT;
        Path parent = above.resolve("leasehold-attacks-" + ProcessHandle.current().pid());
        try {
            if (!first) {
                Files.writeString(above.resolve("cgroup.subtree_control"), "+memory +pids");
            }
            return new ControlGroups(Files.createDirectory(parent));
        } catch (IOException e) {
            return abort("no control group can be made here: " + e);
        }
    }

    /** For the worker. */
    String setting() {
        return parent.toString();
    }

    void remove() throws Exception {
        try (DirectoryStream<Path> slots = Files.newDirectoryStream(parent, Files::isDirectory)) {
            for (Path slot : slots) {
                // What was killed may take a moment to be gone.
                eventually(
                        Duration.ofSeconds(5),
                        () ->
                                assertThatCode(() -> Files.deleteIfExists(slot))
                                        .doesNotThrowAnyException());
            }
        }
        Files.delete(parent);
    }
}
