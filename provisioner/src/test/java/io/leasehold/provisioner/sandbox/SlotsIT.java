package io.leasehold.provisioner.sandbox;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.provisioner.process.ProcessOutcome;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many programs run at a time. */
@Timeout(60)
class SlotsIT {

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir Path directory;

    private Sandbox sandbox(Tier tier, int slots) throws Exception {
        Map<String, String> settings = Attempts.of(tier);
        settings.put("leasehold.sandbox.slots", Integer.toString(slots));
        return Sandboxes.of(
                Attempts.config(directory, settings),
                Attempts.connector(InetAddress::getAllByName));
    }

    /**
     * As many slots as a worker has lanes count where programs are kept apart only: elsewhere a
     * worker with one for runs and one for drift checks has programs one at a time all the same.
     */
    @ParameterizedTest
    @CsvSource({"BUBBLEWRAP, 1, 1", "BUBBLEWRAP, 2, 2", "LANDLOCK, 2, 1", "NONE, 2, 1"})
    void aProgramBeginsWhenOneOfThoseAtWorkHasEnded(Tier tier, int slots, int atATime)
            throws Exception {
        Sandbox sandbox = sandbox(tier, slots);
        SandboxedRun[] atWork = new SandboxedRun[atATime];
        for (int i = 0; i < atATime; i++) {
            CountDownLatch begun = new CountDownLatch(1);
            RunSpec spec = Attempts.spec(sandbox, List.of("uid", "sleep=1h"), Map.of(), List.of());
            atWork[i] = sandbox.start(spec, new Sandbox.Output(_ -> begun.countDown(), _ -> {}));
            begun.await();
        }
        CountDownLatch begun = new CountDownLatch(1);
        FutureTask<ProcessOutcome> next = new FutureTask<>(() -> endOfNext(sandbox, begun));
        Thread thread = Thread.ofPlatform().start(next);

        eventually(
                SOON,
                () -> assertThat(waitsForASlot(thread)).as("a program waits for a slot").isTrue());
        assertThat(begun.getCount()).as("programs that have not begun").isEqualTo(1);
        atWork[0].interrupt("it ends");
        assertThat(atWork[0].await()).isInstanceOf(ProcessOutcome.Stopped.class);
        // It has its files yet, and with them its slot.
        assertThat(waitsForASlot(thread)).isTrue();
        atWork[0].release();

        assertThat(next.get()).isEqualTo(new ProcessOutcome.Exited(0));
        assertThat(begun.getCount()).isZero();
        for (SandboxedRun run : atWork) {
            run.interrupt("it ends");
            run.await();
            run.release();
        }
    }

    private static ProcessOutcome endOfNext(Sandbox sandbox, CountDownLatch begun)
            throws InterruptedException {
        RunSpec spec = Attempts.spec(sandbox, List.of("uid"), Map.of(), List.of());
        SandboxedRun run = sandbox.start(spec, new Sandbox.Output(_ -> begun.countDown(), _ -> {}));
        try {
            return run.await();
        } finally {
            run.release();
        }
    }

    /** In the start, and not for the program: that is waited for afterwards. */
    private static boolean waitsForASlot(Thread thread) {
        return thread.getState() == Thread.State.WAITING
                && Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame ->
                                frame.getClassName().endsWith("Sandbox")
                                        && frame.getMethodName().equals("start"));
    }
}
