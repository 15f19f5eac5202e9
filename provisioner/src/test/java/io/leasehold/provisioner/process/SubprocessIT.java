package io.leasehold.provisioner.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.provisioner.process.ProcessOutcome.Deadline;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that behave in all the ways a program can. */
@Timeout(60)
class SubprocessIT {

    private static final Duration LONG = Duration.ofSeconds(50);

    @TempDir Path directory;

    private final Capture stdout = new Capture();
    private final Capture stderr = new Capture();

    private Subprocess.Spec script(String text, Duration wallClock, Duration idle)
            throws Exception {
        Path file = Files.writeString(directory.resolve("program"), "#!/bin/sh\n" + text + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return new Subprocess.Spec(
                "test", List.of(file.toString()), Map.of("GIVEN", "yes"), wallClock, idle);
    }

    private Subprocess start(Subprocess.Spec spec, StopLadder ladder) {
        return Subprocess.start(spec, new Subprocess.Output(stdout::add, stderr::add), ladder);
    }

    private static String text(Capture capture) {
        return new String(capture.bytes(), StandardCharsets.UTF_8);
    }

    /** SIGTERM stands for the request to end: a shell can trap it, and Java can send it. */
    private static StopLadder polite(Duration grace) {
        return new StopLadder(
                (process, signal) -> {
                    if (signal == StopLadder.Signal.INT) {
                        process.toHandle().destroy();
                    }
                    return true;
                },
                grace,
                Duration.ofMillis(200),
                () -> () -> false);
    }

    @Test
    void givesOutputAndExitCode() throws Exception {
        Subprocess subprocess =
                start(script("echo out; echo err >&2; exit 3", LONG, LONG), polite(LONG));

        assertThat(subprocess.await()).isEqualTo(new ProcessOutcome.Exited(3));
        assertThat(text(stdout)).isEqualTo("out\n");
        assertThat(text(stderr)).isEqualTo("err\n");
        assertThat(subprocess.pid()).isEmpty();
    }

    @Test
    void inheritsNothingButWhatIsGiven() throws Exception {
        start(script("/usr/bin/env; cat", LONG, LONG), polite(LONG)).await();

        assertThat(text(stdout).lines())
                .contains("GIVEN=yes")
                .noneMatch(line -> line.startsWith("HOME=") || line.startsWith("JAVA_HOME="));
    }

    @Test
    void aDeathBySignalIsAnExitCode() throws Exception {
        assertThat(start(script("kill -KILL $$", LONG, LONG), polite(LONG)).await())
                .isEqualTo(new ProcessOutcome.Exited(137));
    }

    @Test
    void aProgramThatIsNotThereIsAnOutcome() throws Exception {
        Subprocess.Spec spec =
                new Subprocess.Spec("test", List.of("/nowhere"), Map.of(), LONG, LONG);

        assertThat(start(spec, polite(LONG)).await())
                .isInstanceOfSatisfying(
                        ProcessOutcome.FailedToStart.class,
                        failed -> assertThat(failed.message()).contains("/nowhere"));
    }

    @Test
    void aFloodIsReadToItsEnd() throws Exception {
        AtomicLong bytes = new AtomicLong();
        Subprocess subprocess =
                Subprocess.start(
                        script("head -c 20000000 /dev/zero", LONG, LONG),
                        new Subprocess.Output(piece -> bytes.addAndGet(piece.length), stderr::add),
                        polite(LONG));

        assertThat(subprocess.await().succeeded()).isTrue();
        assertThat(bytes).hasValue(20_000_000);
    }

    @Test
    void silenceEndsAtTheIdleDeadline() throws Exception {
        assertThat(
                        start(
                                        script(
                                                "echo one; exec sleep 40",
                                                LONG,
                                                Duration.ofMillis(300)),
                                        polite(LONG))
                                .await())
                .isEqualTo(new ProcessOutcome.TimedOut(Deadline.IDLE, Duration.ofMillis(300), 143));
    }

    /** The two are so close that any word in between makes the wall clock the first of them. */
    @Test
    void outputKeepsAProgramFromBeingIdleButNotFromTheWallClock() throws Exception {
        Subprocess subprocess =
                start(
                        script(
                                "while :; do echo more; sleep 0.1; done",
                                Duration.ofSeconds(2),
                                Duration.ofMillis(1_900)),
                        polite(Duration.ofMillis(100)));

        assertThat(subprocess.await())
                .isInstanceOfSatisfying(
                        ProcessOutcome.TimedOut.class,
                        late -> assertThat(late.deadline()).isEqualTo(Deadline.WALL_CLOCK));
    }

    @Test
    void whoAsksPolitelyGetsTheProgramsOwnEnd() throws Exception {
        CountDownLatch ready = new CountDownLatch(1);
        Subprocess subprocess =
                Subprocess.start(
                        script(
                                "trap 'echo saved; exit 5' TERM; echo ready; while :; do sleep 0.05;"
                                        + " done",
                                LONG,
                                LONG),
                        new Subprocess.Output(
                                piece -> {
                                    stdout.add(piece);
                                    ready.countDown();
                                },
                                stderr::add),
                        polite(LONG));
        ready.await();

        subprocess.stop("somebody asked");

        assertThat(subprocess.await()).isEqualTo(new ProcessOutcome.Stopped("somebody asked", 5));
        assertThat(text(stdout)).isEqualTo("ready\nsaved\n");
    }

    @Test
    void whoDoesNotListenIsKilled() throws Exception {
        CountDownLatch ready = new CountDownLatch(1);
        Subprocess subprocess =
                Subprocess.start(
                        script(
                                "trap '' TERM; echo ready; while :; do sleep 0.05; done",
                                LONG,
                                LONG),
                        new Subprocess.Output(_ -> ready.countDown(), stderr::add),
                        polite(Duration.ofMillis(200)));
        ready.await();

        subprocess.stop("somebody asked");

        assertThat(subprocess.await()).isEqualTo(new ProcessOutcome.Stopped("somebody asked", 137));
    }

    @Test
    void nobodyIsAskedAgainOrKilledWhileBusy() throws Exception {
        AtomicBoolean busy = new AtomicBoolean(true);
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch looked = new CountDownLatch(3);
        CountDownLatch ready = new CountDownLatch(1);
        StopLadder ladder =
                new StopLadder(
                        (_, signal) -> {
                            if (signal == StopLadder.Signal.INT) {
                                asked.incrementAndGet();
                            }
                            return true;
                        },
                        Duration.ofMillis(50),
                        Duration.ofMillis(50),
                        () ->
                                () -> {
                                    looked.countDown();
                                    return busy.get();
                                });
        Subprocess subprocess =
                Subprocess.start(
                        script("echo ready; exec sleep 40", LONG, LONG),
                        new Subprocess.Output(_ -> ready.countDown(), stderr::add),
                        ladder);
        ready.await();

        subprocess.stop("somebody asked");
        looked.await();
        assertThat(subprocess.pid()).isPresent();
        assertThat(asked).as("a second signal would take its time to save").hasValue(1);
        busy.set(false);

        assertThat(subprocess.await()).isEqualTo(new ProcessOutcome.Stopped("somebody asked", 137));
        assertThat(asked).hasValue(2);
    }

    @Test
    void aSecondStopWithLessPatienceOvertakesTheFirst() throws Exception {
        CountDownLatch ready = new CountDownLatch(1);
        Subprocess subprocess =
                Subprocess.start(
                        script(
                                "trap '' TERM; echo ready; while :; do sleep 0.05; done",
                                LONG,
                                LONG),
                        new Subprocess.Output(_ -> ready.countDown(), stderr::add),
                        polite(Duration.ofHours(1)));
        ready.await();

        subprocess.stop("patiently");
        subprocess.stop("the lease is over", Duration.ZERO);

        assertThat(subprocess.await()).isEqualTo(new ProcessOutcome.Stopped("patiently", 137));
    }

    /** The kernel may kill a child when the thread ends that started it. */
    @Test
    void onePlatformThreadStartsAProcessAndLivesUntilItHasEnded() throws Exception {
        String name = "process-" + UUID.randomUUID();
        CountDownLatch ready = new CountDownLatch(1);
        Subprocess.Spec plain = script("echo ready; exec sleep 40", LONG, LONG);
        Subprocess subprocess =
                Subprocess.start(
                        new Subprocess.Spec(
                                name.replaceFirst("process-", ""),
                                plain.argv(),
                                plain.env(),
                                LONG,
                                LONG),
                        new Subprocess.Output(_ -> ready.countDown(), stderr::add),
                        polite(LONG));
        ready.await();
        ProcessHandle child = ProcessHandle.of(subprocess.pid().orElseThrow()).orElseThrow();

        // Of virtual threads none is listed.
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals(name))
                .singleElement()
                .satisfies(thread -> {
                    assertThat(thread.isVirtual()).isFalse();
                    assertThat(thread.join(Duration.ofMillis(100))).as("it has ended").isFalse();
                    subprocess.stop("that is all");
                    thread.join();
                    assertThat(child.isAlive()).isFalse();
                });
    }

    @Test
    void aGrandchildThatKeepsThePipeDoesNotKeepUs() throws Exception {
        Subprocess subprocess =
                start(script("sleep 30 & echo done; exit 0", LONG, LONG), polite(LONG));

        assertThat(subprocess.await()).isEqualTo(new ProcessOutcome.Exited(0));
        assertThat(text(stdout)).isEqualTo("done\n");
    }
}
