package io.leasehold.provisioner.attacks;

import static io.leasehold.provisioner.attacks.Attack.FORK_BOMB;
import static io.leasehold.provisioner.attacks.Attack.LASTING_PROCESS;
import static io.leasehold.provisioner.attacks.Attack.MEMORY_HOG;
import static io.leasehold.provisioner.attacks.Attack.SET_USER_ID;
import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.sandbox.Rights;
import io.leasehold.provisioner.sandbox.Shortage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A module wants more processes, more memory, more time or more rights than a run has. */
class ProcessAttacksIT extends AttackSuite {

    private static final String HOG = "hog=600";

    ProcessAttacksIT() {
        super(FORK_BOMB, SET_USER_ID);
    }

    @Test
    @Against(FORK_BOMB)
    void processesHaveANumber() throws Exception {
        assumeTrue(Rights.root(), "a plain user's processes are not counted");
        holdsOnlyBy(FORK_BOMB);
    }

    @Test
    @Against(MEMORY_HOG)
    void memoryEndsAtTheControlGroup(@TempDir Path directory) throws Exception {
        ControlGroups groups = ControlGroups.make();
        try (AttackedWorkers limited =
                new AttackedWorkers(
                        directory,
                        Map.of(
                                "leasehold.sandbox.cgroups",
                                groups.setting(),
                                "leasehold.sandbox.memory",
                                "300M"))) {
            Ran ran = limited.run(Set.of(), List.of(HOG));

            assertThat(ran.result().shortages()).containsExactly(Shortage.MEMORY);
            // Version 1 ends the program that was too large, version 2 all of the run.
            if (ran.attempts().isEmpty()) {
                assertThat(ran.result().outcome()).isEqualTo(new ProcessOutcome.Exited(137));
            } else {
                assertThat(ran.attempt(HOG).done()).as(ran.toString()).isFalse();
            }
            // The kernel counts periods only where there is a limit and somebody has run.
            assertThat(groups.limitedPeriods()).as("of the processors").isPositive();
        } finally {
            groups.remove();
        }
        assertThat(workers().run(Set.of(), List.of(HOG)).attempt(HOG).done()).isTrue();
    }

    @Test
    void withoutAControlGroupAddressesEnd(@TempDir Path directory) throws Exception {
        String reserved = "reserve=2000";
        assertThat(workers().run(Set.of(), List.of(reserved)).attempt(reserved).done()).isTrue();
        try (AttackedWorkers limited =
                new AttackedWorkers(directory, Map.of("leasehold.sandbox.address-space", "2G"))) {
            assertThat(limited.run(Set.of(), List.of(reserved)).attempt(reserved).said())
                    .contains("cannot allocate memory");
        }
    }

    @Test
    @Against(SET_USER_ID)
    void aProgramOfRootsGivesNobodyRootsRights() throws Exception {
        isContained(SET_USER_ID);
        assumeTrue(Rights.root(), "only root can give a program of root's away");
        assumeTrue(
                Outside.says(workers().setuidProgram(), "act", "whoami").equals("0"),
                "the directory of this test gives nobody root's rights");
        holdsOnlyBy(SET_USER_ID);
    }

    @Test
    @Against(LASTING_PROCESS)
    void whatWentIntoTheBackgroundEndsWithTheRun() throws Exception {
        String gone = leaves(Set.of());
        eventually(Duration.ofSeconds(5), () -> assertThat(behind(gone)).isEmpty());

        assumeTrue(Rights.root(), "defences are left out where the worker is root");
        List<ProcessHandle> left = behind(leaves(LASTING_PROCESS.defences()));
        left.forEach(ProcessHandle::destroyForcibly);
        assertThat(left).hasSize(1);
    }

    /** A run that leaves a process with that mark. */
    private String leaves(Set<Defence> without) throws Exception {
        String mark = "stays-" + UUID.randomUUID();
        Ran ran = workers().run(without, List.of("stay=" + mark));
        assertThat(ran.attempt("stay=" + mark).done()).as(ran.toString()).isTrue();
        return mark;
    }

    private static List<ProcessHandle> behind(String mark) {
        return ProcessHandle.allProcesses()
                .filter(process ->
                        process.info()
                                .commandLine()
                                .filter(line -> line.contains(mark))
                                .isPresent())
                .toList();
    }
}
