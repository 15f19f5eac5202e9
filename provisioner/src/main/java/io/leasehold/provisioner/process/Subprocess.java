package io.leasehold.provisioner.process;

import io.leasehold.provisioner.process.ProcessOutcome.Deadline;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One operating system process from start to end.
 *
 * <p>It is started, and waited for, on one platform thread that does nothing else: a child may ask
 * the kernel to be killed when the <em>thread</em> that started it ends, and ours do. Two more
 * platform threads read its output, because a pipe read pins a virtual thread. All methods may be
 * called from any thread.
 */
public final class Subprocess {

    private static final Logger LOGGER = Logger.getLogger(Subprocess.class);

    /**
     * Held while a process is started. A child that is being made holds every descriptor for a
     * moment; if one of them writes to an executable, starting that executable fails as "text file
     * busy".
     */
    private static final ReentrantLock STARTING = new ReentrantLock();

    /** How long output may still come once the process is gone. */
    private static final Duration DRAIN = Duration.ofSeconds(3);

    private final Spec spec;
    private final Output output;
    private final StopLadder ladder;
    private final CompletableFuture<ProcessOutcome> outcome = new CompletableFuture<>();
    private final CountDownLatch exited = new CountDownLatch(1);
    private final AtomicReference<@Nullable Cause> cause = new AtomicReference<>();
    private volatile @Nullable Process process;
    private volatile long lastOutput;

    private Subprocess(Spec spec, Output output, StopLadder ladder) {
        this.spec = spec;
        this.output = output;
        this.ladder = ladder;
    }

    /**
     * What to run.
     *
     * @param name for the threads' names
     * @param argv absolute executable and its arguments; there is never a shell
     * @param env the whole environment: nothing of ours is inherited
     * @param wallClock from start to end, then the ladder
     * @param idle without output, then the ladder
     */
    public record Spec(
            String name,
            List<String> argv,
            Map<String, String> env,
            Duration wallClock,
            Duration idle) {

        /** Takes copies. */
        public Spec {
            argv = List.copyOf(argv);
            env = Map.copyOf(env);
        }
    }

    /** Where its output goes, in pieces as they come; each on a thread of its own. */
    public record Output(Consumer<byte[]> stdout, Consumer<byte[]> stderr) {}

    /** Why the ladder was begun. */
    private sealed interface Cause {
        record Late(Deadline deadline, Duration limit) implements Cause {}

        record Asked(String reason) implements Cause {}
    }

    /** Starts it. That it could not be started is its outcome. */
    public static Subprocess start(Spec spec, Output output, StopLadder ladder) {
        Subprocess subprocess = new Subprocess(spec, output, ladder);
        Thread.ofPlatform().name("process-" + spec.name()).start(subprocess::live);
        return subprocess;
    }

    /** Waits for the end; all output has been given out when this returns. */
    public ProcessOutcome await() throws InterruptedException {
        try {
            return outcome.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the thread of a process failed", e.getCause());
        }
    }

    /** Begins the ladder, if nothing has; returns at once. */
    public void stop(String reason) {
        if (isFirst(new Cause.Asked(reason))) {
            climb(ladder);
        }
    }

    /**
     * As {@link #stop(String)}, with less patience, also when a slower ladder has begun: both then
     * climb, and the faster one ends it.
     */
    public void stop(String reason, Duration grace) {
        isFirst(new Cause.Asked(reason));
        climb(ladder.withGrace(grace));
    }

    /** Kills it without asking, whatever ladder has begun; returns at once. */
    public void kill(String reason) {
        isFirst(new Cause.Asked(reason));
        Thread.ofVirtual()
                .name("kill-" + spec.name())
                .start(() -> ladder.onlyKill(() -> process, exited));
    }

    /** The first reason stays: it is the one in the outcome. */
    private boolean isFirst(Cause why) {
        return cause.compareAndSet(null, why);
    }

    private void climb(StopLadder steps) {
        Thread.ofVirtual()
                .name("stop-" + spec.name())
                .start(() -> steps.climb(() -> process, exited));
    }

    private void late(Deadline deadline, Duration limit) {
        if (isFirst(new Cause.Late(deadline, limit))) {
            climb(ladder);
        }
    }

    /** The whole life, on the one thread. */
    private void live() {
        try {
            outcome.complete(startAndWait());
        } catch (RuntimeException | Error e) {
            // Whoever waits must learn of it; the thread ends, and with it the process.
            outcome.completeExceptionally(e);
        } finally {
            exited.countDown();
        }
    }

    private ProcessOutcome startAndWait() {
        Optional<String> lost = EnvironmentEncoding.MACHINE.losesIn(spec.env());
        if (lost.isPresent()) {
            return new ProcessOutcome.FailedToStart(
                    "%s cannot be written in this worker's locale (%s): start it with LC_ALL=C.UTF-8"
                            .formatted(lost.get(), EnvironmentEncoding.MACHINE.charset()));
        }
        ProcessBuilder builder = new ProcessBuilder(spec.argv());
        builder.environment().clear();
        builder.environment().putAll(spec.env());
        builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        Process started;
        STARTING.lock();
        try {
            started = builder.start();
        } catch (IOException e) {
            return new ProcessOutcome.FailedToStart(String.valueOf(e.getMessage()));
        } finally {
            STARTING.unlock();
        }
        lastOutput = System.nanoTime();
        process = started;
        Thread stdout = reader("stdout-", started.getInputStream(), output.stdout());
        Thread stderr = reader("stderr-", started.getErrorStream(), output.stderr());
        int code = waitFor(started);
        exited.countDown();
        long drained = System.nanoTime() + DRAIN.toNanos();
        drain(stdout, started.getInputStream(), drained);
        drain(stderr, started.getErrorStream(), drained);
        return switch (cause.get()) {
            case null -> new ProcessOutcome.Exited(code);
            case Cause.Late(Deadline deadline, Duration limit) ->
                    new ProcessOutcome.TimedOut(deadline, limit, code);
            case Cause.Asked(String reason) -> new ProcessOutcome.Stopped(reason, code);
        };
    }

    private int waitFor(Process started) {
        long wallEnd = System.nanoTime() + spec.wallClock().toNanos();
        while (true) {
            try {
                if (cause.get() != null) {
                    return started.waitFor();
                }
                long idleEnd = lastOutput + spec.idle().toNanos();
                long now = System.nanoTime();
                if (wallEnd - now <= 0) {
                    late(Deadline.WALL_CLOCK, spec.wallClock());
                } else if (idleEnd - now <= 0) {
                    late(Deadline.IDLE, spec.idle());
                } else if (started.waitFor(
                        Math.min(wallEnd - now, idleEnd - now), TimeUnit.NANOSECONDS)) {
                    return started.exitValue();
                }
            } catch (InterruptedException e) {
                // Nobody has this thread to interrupt but the end of the JVM: go on waiting, for
                // the process would die with the thread.
                LOGGER.warnf("a process thread was interrupted process=%s", spec.name());
            }
        }
    }

    private Thread reader(String prefix, InputStream from, Consumer<byte[]> to) {
        return Thread.ofPlatform().daemon().name(prefix + spec.name()).start(() -> read(from, to));
    }

    private void read(InputStream from, Consumer<byte[]> to) {
        byte[] buffer = new byte[16 * 1024];
        try {
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                lastOutput = System.nanoTime();
                to.accept(Arrays.copyOf(buffer, n));
            }
        } catch (IOException e) {
            LOGGER.debugf("output ended process=%s reason=%s", spec.name(), e.getMessage());
        }
    }

    /** A process that outlived its parent may hold the pipe; it does not hold us. */
    private void drain(Thread reader, InputStream stream, long end) {
        try {
            if (!reader.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
                stream.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOGGER.debugf("closing output process=%s reason=%s", spec.name(), e.getMessage());
        }
    }

    /** Runs a short command of the platform and gives what it printed, at most a megabyte. */
    public static Result run(Spec spec) throws InterruptedException {
        Capture stdout = new Capture();
        Capture stderr = new Capture();
        ProcessOutcome outcome =
                start(spec, new Output(stdout::add, stderr::add), StopLadder.killAtOnce()).await();
        return new Result(outcome, stdout.bytes(), stderr.bytes());
    }

    /** The result of {@link #run}. */
    public record Result(ProcessOutcome outcome, byte[] stdout, byte[] stderr) {}

    /** The process id while it lives. */
    public Optional<Long> pid() {
        Process current = process;
        return current == null || !current.isAlive()
                ? Optional.empty()
                : Optional.of(current.pid());
    }
}
