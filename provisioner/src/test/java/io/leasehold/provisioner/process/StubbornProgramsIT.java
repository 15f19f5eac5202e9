package io.leasehold.provisioner.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.provisioner.process.ProcessOutcome.Exited;
import io.leasehold.provisioner.process.ProcessOutcome.Stopped;
import io.leasehold.provisioner.process.ProcessOutcome.TimedOut;
import io.leasehold.testsupport.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs that do not do as they are told, with the signals that tofu gets. */
@Timeout(60)
class StubbornProgramsIT {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir Path directory;

    private final Capture stdout = new Capture();
    private final AtomicLong bytes = new AtomicLong();
    private final CountDownLatch ready = new CountDownLatch(1);

    private Subprocess start(String text, Duration idle, StopLadder ladder) throws IOException {
        Path file = Files.writeString(directory.resolve("program"), text + "\n");
        // Whoever runs the tests in the background has their programs ignore an interrupt.
        List<String> argv =
                List.of("/usr/bin/env", "--default-signal=INT", "/bin/sh", file.toString());
        return Subprocess.start(
                new Subprocess.Spec("test", argv, Map.of(), LONG, idle),
                new Subprocess.Output(
                        piece -> {
                            stdout.add(piece);
                            bytes.addAndGet(piece.length);
                            ready.countDown();
                        },
                        _ -> {}),
                ladder);
    }

    private static StopLadder ladder(Duration grace) {
        return ladder(grace, SHORT);
    }

    /** By the real signals. */
    private static StopLadder ladder(Duration grace, Duration insist) {
        return new StopLadder(
                (process, signal) -> kill(signal.name(), process.pid()),
                grace,
                insist,
                () -> () -> false);
    }

    private static boolean kill(String signal, long pid) throws InterruptedException {
        return Subprocess.run(
                        new Subprocess.Spec(
                                "kill",
                                List.of("/bin/kill", "-" + signal, Long.toString(pid)),
                                Map.of(),
                                LONG,
                                LONG))
                .outcome()
                .succeeded();
    }

    private String said() {
        return new String(stdout.bytes(), UTF_8);
    }

    @Test
    void whoIgnoresEverySignalIsKilled() throws Exception {
        Subprocess program =
                start(
                        "trap '' INT TERM HUP QUIT; echo ready; while :; do sleep 0.05; done",
                        LONG,
                        ladder(SHORT));
        ready.await();

        program.stop("somebody asked");

        assertThat(program.await()).isEqualTo(new Stopped("somebody asked", 137));
    }

    @Test
    void whoHasStoppedItselfIsWokenToHearThatItShallEnd() throws Exception {
        Subprocess program =
                start(
                        "trap 'echo saved; exit 5' INT; echo ready; kill -STOP $$;"
                                + " while :; do sleep 0.05; done",
                        LONG,
                        ladder(SHORT, LONG));
        ready.await();

        program.stop("somebody asked");

        assertThat(program.await()).isEqualTo(new Stopped("somebody asked", 5));
        assertThat(said()).isEqualTo("ready\nsaved\n");
    }

    @Test
    void whoStopsItselfInSilenceEndsAtTheIdleDeadline() throws Exception {
        Subprocess program = start("kill -STOP $$; exec sleep 40", SHORT, ladder(SHORT));

        assertThat(program.await()).isInstanceOf(TimedOut.class);
    }

    @Test
    void whoClosesItsOutputIsWaitedForAllTheSame() throws Exception {
        Subprocess program =
                start("echo ready; exec >&- 2>&-; sleep 0.5; exit 7", LONG, ladder(LONG));

        assertThat(program.await()).isEqualTo(new Exited(7));
    }

    @Test
    void whoFloodsAndThenHangsIsReadToTheLastByteAndStopped() throws Exception {
        long before = heap();
        Subprocess program =
                start("head -c 52428800 /dev/zero; exec sleep 40", LONG, ladder(SHORT));
        Eventually.eventually(LONG, () -> assertThat(bytes).hasValue(52_428_800));

        program.stop("somebody asked");

        assertThat(program.await()).isInstanceOf(Stopped.class);
        assertThat(bytes).hasValue(52_428_800);
        assertThat(heap() - before).as("what is kept of it").isLessThan(16L << 20);
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void whoEndsWhileItsOutputIsStillComingIsHeardOut() throws Exception {
        Subprocess program = start("head -c 3000000 /dev/zero; exit 0", LONG, ladder(LONG));

        assertThat(program.await()).isEqualTo(new Exited(0));
        assertThat(bytes).hasValue(3_000_000);
    }

    @Test
    void whoReadsItsInputFindsTheEndOfIt() throws Exception {
        assertThat(start("cat; echo end", LONG, ladder(LONG)).await()).isEqualTo(new Exited(0));
        assertThat(said()).isEqualTo("end\n");
    }

    @Test
    void whoIsKilledBySomebodyElseIsMissedAtOnce() throws Exception {
        Subprocess program = start("echo ready; exec sleep 40", LONG, ladder(LONG));
        ready.await();

        assertThat(kill("KILL", program.pid().orElseThrow())).isTrue();

        assertThat(program.await()).isEqualTo(new Exited(137));
        assertThat(program.pid()).isEmpty();
    }

    @Test
    void grandchildrenThatHoldThePipesNeitherHoldUsNorAreHeardForEver() throws Exception {
        Subprocess program =
                start(
                        "(trap '' INT TERM HUP; sleep 0.3; while :; do echo more; sleep 0.05;"
                                + " done) & echo $!",
                        LONG,
                        ladder(LONG));

        assertThat(program.await()).isEqualTo(new Exited(0));
        long grandchild = Long.parseLong(said().lines().findFirst().orElseThrow());
        long heard = bytes.get();
        // Whoever writes into a pipe that nobody reads any more is ended by that.
        Eventually.eventually(
                Duration.ofSeconds(10),
                () ->
                        assertThat(ProcessHandle.of(grandchild).filter(ProcessHandle::isAlive))
                                .isEmpty());
        assertThat(bytes.get()).isLessThan(heard + 100);
    }
}
