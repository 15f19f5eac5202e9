package io.leasehold.provisioner.attacks;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Directories of control groups of the test's own, as an operator would delegate them. */
final class ControlGroups {

    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private final List<Path> parents;

    private ControlGroups(List<Path> parents) {
        this.parents = parents;
    }

    /** Skips the test on a machine that gives none. */
    static ControlGroups make() {
        boolean first = Files.exists(ROOT.resolve("memory/memory.limit_in_bytes"));
        List<Path> above =
                first
                        ? Stream.of("memory", "pids", "cpu").map(ROOT::resolve).toList()
                        : List.of(ROOT);
        List<Path> parents = new ArrayList<>();
        try {
            if (!first) {
                Files.writeString(ROOT.resolve("cgroup.subtree_control"), "+memory +pids +cpu");
            }
            for (Path directory : above) {
                String own = "leasehold-attacks-" + ProcessHandle.current().pid();
                parents.add(Files.createDirectory(directory.resolve(own)));
            }
            limitProcessors(parents.getLast(), first);
            return new ControlGroups(parents);
        } catch (IOException e) {
            for (Path made : parents) {
                // Nobody has been in it.
                var _ = made.toFile().delete();
            }
            return abort("no control group can be made here: " + e);
        }
    }

    /** To less than a run has unless somebody sets another: on a small machine it is so. */
    private static void limitProcessors(Path directory, boolean first) throws IOException {
        if (first) {
            Files.writeString(directory.resolve("cpu.cfs_quota_us"), "150000");
        } else {
            Files.writeString(directory.resolve("cpu.max"), "150000 100000");
        }
    }

    /** For the worker. */
    String setting() {
        return parents.stream().map(Path::toString).collect(Collectors.joining(","));
    }

    /** In how many periods the processors of any of the groups had a limit. */
    long limitedPeriods() throws IOException {
        long periods = 0;
        for (Path slot : slots()) {
            Path statistics = slot.resolve("cpu.stat");
            if (Files.exists(statistics)) {
                periods +=
                        Files.readAllLines(statistics).stream()
                                .filter(line -> line.startsWith("nr_periods "))
                                .mapToLong(line -> Long.parseLong(line.split(" ", 2)[1]))
                                .sum();
            }
        }
        return periods;
    }

    private List<Path> slots() throws IOException {
        List<Path> slots = new ArrayList<>();
        for (Path parent : parents) {
            try (DirectoryStream<Path> own = Files.newDirectoryStream(parent, Files::isDirectory)) {
                own.forEach(slots::add);
            }
        }
        return slots;
    }

    void remove() throws Exception {
        for (Path slot : slots()) {
            // What was killed may take a moment to be gone.
            eventually(
                    Duration.ofSeconds(5),
                    () ->
                            assertThatCode(() -> Files.deleteIfExists(slot))
                                    .doesNotThrowAnyException());
        }
        for (Path parent : parents) {
            Files.delete(parent);
        }
    }
}
