package io.leasehold.embedded.platform;

import io.leasehold.embedded.StartFailedException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one process running: when it ends without having been asked to, it is started again, the
 * sooner the longer it had been well. Safe for use by several threads.
 */
final class Supervised implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration WELL = Duration.ofMinutes(1);

    /** Starts the process and returns when it is ready for work. */
    @FunctionalInterface
    interface Starter {
        Running start();
    }

    /** A started process, and how it is stopped in order. */
    record Running(Process process, Runnable stop) {}

    private final String label;
    private final Starter starter;
    private final Consumer<String> said;
    private final Duration longestPause;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread watcher;
    private Running current;
    private boolean held;
    private boolean closed;

    private Supervised(
            String label, Starter starter, Consumer<String> said, Duration longestPause) {
        this.longestPause = longestPause;
        this.label = label;
        this.starter = starter;
        this.said = said;
        this.current = starter.start();
        this.watcher =
                Thread.ofPlatform().daemon().name("supervise-" + label).unstarted(this::watch);
    }

    /**
     * Starts the process and begins to watch it.
     *
     * @param longestPause how long at most one that does not get up is left down
     * @throws StartFailedException if this first start fails
     */
    static Supervised start(
            String label, Starter starter, Consumer<String> said, Duration longestPause) {
        Supervised supervised = new Supervised(label, starter, said, longestPause);
        supervised.watcher.start();
        return supervised;
    }

    /** Ends the process with SIGKILL and leaves it down; returns when it is gone. */
    void kill() {
        Running victim;
        lock.lock();
        try {
            held = true;
            victim = current;
        } finally {
            lock.unlock();
        }
        victim.process().destroyForcibly();
        victim.process().onExit().join();
    }

    /**
     * Starts the process after {@link #kill}; returns when it is ready.
     *
     * @throws StartFailedException if it does not get ready
     */
    void restart() {
        lock.lock();
        try {
            if (!closed && !current.process().isAlive()) {
                current = starter.start();
            }
            held = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long pid() {
        lock.lock();
        try {
            return current.process().pid();
        } finally {
            lock.unlock();
        }
    }

    private void watch() {
        Duration pause = FIRST_PAUSE;
        try {
            while (true) {
                Running watched = awaitWatched();
                if (watched == null) {
                    return;
                }
                long since = System.nanoTime();
                int code = watched.process().waitFor();
                if (System.nanoTime() - since > WELL.toNanos()) {
                    pause = FIRST_PAUSE;
                }
                pause = again(code, pause);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** The process to watch; null when there is none any more. */
    private @Nullable Running awaitWatched() throws InterruptedException {
        lock.lock();
        try {
            while (held && !closed) {
                changed.await();
            }
            return closed ? null : current;
        } finally {
            lock.unlock();
        }
    }

    /** Starts it again after a pause, unless somebody asked for it to be down; the next pause. */
    private Duration again(int code, Duration pause) throws InterruptedException {
        lock.lock();
        try {
            if (closed || held || current.process().isAlive()) {
                return pause;
            }
            said.accept(
                    "%s ended (exit %d); starting it again in %.1f s"
                            .formatted(label, code, pause.toMillis() / 1000.0));
            long left = pause.toNanos();
            while (left > 0 && !closed && !held) {
                left = changed.awaitNanos(left);
            }
            if (closed || held) {
                return pause;
            }
            current = starter.start();
            said.accept("%s is back".formatted(label));
            return pause;
        } catch (RuntimeException e) {
            // Whatever kept it from starting, the watch goes on, or it would stay down unsaid.
            said.accept(e instanceof StartFailedException ? e.getMessage() : e.toString());
            Duration twice = pause.multipliedBy(2);
            return twice.compareTo(longestPause) > 0 ? longestPause : twice;
        } finally {
            lock.unlock();
        }
    }

    /** From now on it is not started again; it is about to be stopped. */
    void release() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Stops the process in order, and for good. */
    @Override
    public void close() {
        release();
        Running last;
        lock.lock();
        try {
            last = current;
        } finally {
            lock.unlock();
        }
        last.stop().run();
    }
}
