package io.leasehold.provisioner.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel's counts say of a run that is not the first of its slot. */
class CgroupsTest {

    @TempDir private Path parent;

    private Cgroups cgroups;
    private Path slot;

    @BeforeEach
    void enter() throws IOException {
        cgroups = new Cgroups(List.of(parent), 1 << 30, 256, 2);
        cgroups.enter(0);
        slot = parent.resolve("leasehold-" + ProcessHandle.current().pid() + "-0");
    }

    @Test
    void nothingIsUsedUpWhereNothingIsCounted() {
        assertThat(cgroups.watch(0).get()).isEmpty();
    }

    @Test
    void whatIsUsedUpIsToldByVersionTwo() throws IOException {
        says("memory.events", "low 0\nhigh 0\nmax 12\noom 2\noom_kill 2\noom_group_kill 1\n");
        says("pids.events", "max 7\n");
        Supplier<Set<Shortage>> run = cgroups.watch(0);
        assertThat(run.get()).as("of those before it").isEmpty();

        says("memory.events", "low 0\nhigh 0\nmax 15\noom 3\noom_kill 6\noom_group_kill 2\n");
        assertThat(run.get()).containsExactly(Shortage.MEMORY);
        says("pids.events", "max 8\n");
        assertThat(run.get()).containsExactlyInAnyOrder(Shortage.values());
    }

    @Test
    void whatIsUsedUpIsToldByVersionOne() throws IOException {
        says("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
        says("memory.failcnt", "30\n");
        Supplier<Set<Shortage>> run = cgroups.watch(0);
        assertThat(run.get()).as("of those before it").isEmpty();

        says("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
        assertThat(run.get()).as("killed for another's want of memory").isEmpty();
        says("memory.failcnt", "44\n");
        assertThat(run.get()).containsExactly(Shortage.MEMORY);
    }

    @Test
    void whoHadToMakeRoomAndDidHasUsedUpNothing() throws IOException {
        says("memory.events", "oom 0\noom_kill 0\n");
        Supplier<Set<Shortage>> run = cgroups.watch(0);

        says("memory.events", "oom 4\noom_kill 0\n");
        assertThat(run.get()).isEmpty();
    }

    @Test
    void whatAnotherLimitRefusedIsNotCountedAsOnesOwn() throws IOException {
        says("pids.events", "max 7\n");
        says("pids.peak", "255\n");
        Supplier<Set<Shortage>> run = cgroups.watch(0);

        says("pids.events", "max 8\n");
        assertThat(run.get()).as("a limit above it").isEmpty();
        says("pids.peak", "256\n");
        assertThat(run.get()).containsExactly(Shortage.PROCESSES);
    }

    /** Of several controllers at once the kernel takes all or none. */
    @Test
    void aMachineWithoutTheControllerOfProcessorsLimitsTheRest() throws IOException {
        Path control = Files.createFile(parent.resolve("cgroup.subtree_control"));
        Cgroups without =
                new Cgroups(
                        List.of(parent),
                        1 << 30,
                        256,
                        2,
                        (file, value) -> {
                            if (value.contains("+cpu")) {
                                throw new IOException("No such file or directory");
                            }
                            Files.writeString(file, value);
                        });
        says("memory.max", "max");
        says("pids.max", "max");

        without.enter(0);

        assertThat(control).hasContent("+memory +pids");
        assertThat(without.missing()).isEmpty();
        assertThat(without.lack())
                .hasValueSatisfying(lack -> {
                    assertThat(lack.part()).contains("processors", "does not take +cpu");
                    assertThat(lack.remedy()).contains("delegate the controller cpu");
                });
    }

    @Test
    void directoriesOfVersionOneForMemoryAndProcessesAreEnough() throws IOException {
        Cgroups without =
                new Cgroups(
                        List.of(
                                first("memory", "memory.limit_in_bytes"),
                                first("pids", "pids.max")),
                        1 << 30,
                        256,
                        2);

        without.enter(0);

        assertThat(without.missing()).isEmpty();
        assertThat(without.lack()).isPresent();
    }

    /** As the kernel refuses in version 1. */
    @Test
    void noMoreOfTheProcessorsIsAskedForThanTheGroupAboveHas() throws IOException {
        Path limited = first("cpu/limited/free", "cpu.cfs_period_us", "cpu.cfs_quota_us");
        Files.writeString(limited.resolve("cpu.cfs_quota_us"), "-1\n");
        Files.writeString(parent.resolve("cpu/limited/cpu.cfs_quota_us"), "100000\n");
        Files.writeString(parent.resolve("cpu/limited/cpu.cfs_period_us"), "200000\n");
        Cgroups cpus = new Cgroups(List.of(limited), 1 << 30, 256, 2);

        cpus.enter(0);

        assertThat(limited.resolve(slot.getFileName()).resolve("cpu.cfs_quota_us"))
                .hasContent("50000");
        assertThat(cpus.lack()).isEmpty();
    }

    private Path first(String controller, String... files) throws IOException {
        Path group = parent.resolve(controller);
        Path own = Files.createDirectories(group.resolve(slot.getFileName()));
        for (String file : files) {
            Files.createFile(own.resolve(file));
            Files.createFile(group.resolve(file));
        }
        return group;
    }

    private void says(String file, String words) throws IOException {
        Files.writeString(slot.resolve(file), words);
    }
}
