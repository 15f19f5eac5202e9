package io.leasehold.bench;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessesIT {
    private static final long SELF = ProcessHandle.current().pid();

    @Test
    void theTimeOfAChildThatEndedIsCounted() throws IOException, InterruptedException {
        long before = Processes.look().descendants(SELF);

        // The grandchild does the work, as a provider does under tofu.
        Process child =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'; exit 0")
                        .start();
        assertThat(child.waitFor()).isZero();

        assertThat(Processes.look().descendants(SELF) - before).isGreaterThanOrEqualTo(50);
    }

    @Test
    void aLivingChildIsSeenWithItsNameAndMemory() throws IOException, InterruptedException {
        Process child = new ProcessBuilder("cat").start();
        try {
            Processes now = Processes.look();

            assertThat(now.living(SELF)).contains(child.pid());
            assertThat(now.name(ProcessHandle.current().pid())).isNotEmpty();
            assertThat(Memory.peak(child.pid())).isPositive();
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertThat(Memory.peak(child.pid())).isZero();
    }

    @Test
    void theTimeOfAnOrphanIsCountedOnceItIsAdopted() throws Exception {
        Orphans orphans = Orphans.adopt();
        long before = Processes.look().descendants(SELF);

        // The shell ends at once and leaves its child alone.
        Process parent =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done' >&- 2>&- &")
                        .start();
        assertThat(parent.waitFor()).isZero();

        eventually(
                Duration.ofSeconds(20),
                () -> {
                    orphans.bury();
                    assertThat(Processes.look().descendants(SELF) - before)
                            .isGreaterThanOrEqualTo(50);
                });
    }
}
