package io.leasehold.provisioner.sandbox;

import io.leasehold.provisioner.door.DoorBroker;
import io.leasehold.provisioner.door.Traffic;
import io.leasehold.provisioner.process.Capture;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.process.StopLadder;
import io.leasehold.provisioner.process.Subprocess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One program of a sandbox. Built by one thread, then used by any. */
final class ProgramRun implements SandboxedRun {

    private static final Logger LOGGER = Logger.getLogger(ProgramRun.class);

    /** Without a door nothing can be changed any more; what was is left with the worker at once. */
    private static final Duration FENCED_GRACE = Duration.ofSeconds(5);

    private final Runnable giveBackSlot;
    private final Capture complaints = new Capture();
    private final AtomicBoolean released = new AtomicBoolean();
    private volatile @Nullable RunFiles files;
    private volatile @Nullable DoorBroker doors;
    private volatile @Nullable Subprocess process;
    private volatile @Nullable ProcessOutcome failure;
    private volatile Supplier<Set<Shortage>> shortages = Set::of;
    private volatile boolean byItself;

    ProgramRun(Runnable giveBackSlot) {
        this.giveBackSlot = giveBackSlot;
    }

    void in(RunFiles made) {
        files = made;
    }

    void with(DoorBroker broker) {
        doors = broker;
    }

    void watchedBy(Supplier<Set<Shortage>> counts) {
        shortages = counts;
    }

    /** Then no broker can keep it from endpoints: only its end can. */
    void reachesTheWorldByItself() {
        byItself = true;
    }

    void failed(ProcessOutcome outcome) {
        failure = outcome;
    }

    void begin(Subprocess.Spec spec, Sandbox.Output output, StopLadder ladder) {
        process =
                Subprocess.start(
                        spec,
                        new Subprocess.Output(
                                output.stdout(),
                                piece -> {
                                    complaints.add(piece);
                                    output.stderr().accept(piece);
                                }),
                        ladder);
    }

    @Override
    public ProcessOutcome await() throws InterruptedException {
        Subprocess running = process;
        ProcessOutcome known = failure;
        if (running == null) {
            return known == null ? new ProcessOutcome.FailedToStart("never started") : known;
        }
        ProcessOutcome outcome = running.await();
        closeDoors();
        return HowItEnded.of(outcome, status(), this::complaint);
    }

    private String status() {
        RunFiles made = files;
        // What is no file is not opened: opening a pipe waits for whoever writes into it.
        if (made == null || !RunFiles.isFile(made.status())) {
            return "";
        }
        try {
            return Files.readString(made.status());
        } catch (IOException e) {
            LOGGER.warnf("no status of a sandbox reason=%s", e.toString());
            return "";
        }
    }

    private String complaint() {
        String all = new String(complaints.bytes(), StandardCharsets.UTF_8).strip();
        return all.isEmpty()
                ? "ended without a word"
                : all.lines().limit(5).reduce("", (a, b) -> a.isEmpty() ? b : a + "; " + b);
    }

    @Override
    public void interrupt(String reason) {
        Subprocess running = process;
        if (running != null) {
            running.stop(reason);
        }
    }

    @Override
    public void fence(String reason) {
        DoorBroker broker = doors;
        if (broker != null) {
            broker.fence();
        }
        Subprocess running = process;
        if (running != null && byItself) {
            running.kill(reason);
        } else if (running != null) {
            running.stop(reason, FENCED_GRACE);
        }
    }

    @Override
    public List<Traffic> traffic() {
        DoorBroker broker = doors;
        return broker == null ? List.of() : broker.traffic();
    }

    @Override
    public Set<Shortage> shortages() {
        return shortages.get();
    }

    private void closeDoors() {
        DoorBroker broker = doors;
        if (broker != null) {
            broker.close();
        }
    }

    @Override
    public Path written(String name) {
        RunFiles made = files;
        if (made == null) {
            throw new IllegalStateException("the run never had files");
        }
        return made.written(name);
    }

    @Override
    public void release() {
        if (!released.compareAndSet(false, true)) {
            return;
        }
        closeDoors();
        RunFiles made = files;
        try {
            if (made != null) {
                made.remove();
            }
        } catch (IOException e) {
            LOGGER.warnf("files of a run stay reason=%s", e.toString());
        }
        giveBackSlot.run();
    }
}
