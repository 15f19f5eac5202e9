package io.leasehold.provisioner.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * How a process is ended: asked, given time, asked again, killed. It is asked again, as it is
 * killed, only once what it had under way by then is done: a second signal takes from it the time
 * to save its work.
 *
 * @param signaller reaches the program that is to save its work; it may be deep below the process
 *     that was started
 * @param grace between the first time it is asked and the second
 * @param insist between the second and the kill
 * @param busy tells what is under way at the moment that it is asked, and is true until that is
 *     done; what begins later begins in vain, or a process that never rests would never be ended
 */
public record StopLadder(
        Signaller signaller, Duration grace, Duration insist, Supplier<BooleanSupplier> busy) {

    private static final Logger LOGGER = Logger.getLogger(StopLadder.class);

    /** How often a busy process is looked at, and a signal that found nobody is sent again. */
    private static final Duration AGAIN = Duration.ofMillis(100);

    /** Sends a signal to the program that {@code process} stands for. */
    @FunctionalInterface
    public interface Signaller {

        /** Returns false when the program is not there, yet or any more. */
        boolean send(Process process, Signal signal) throws InterruptedException;

        /** Ends it and all that comes of it, or begins to; asked again until it is gone. */
        default void kill(Process process) {
            // By its handle: the method of Process would also throw away what it still says.
            process.toHandle().destroyForcibly();
        }
    }

    /** The signals of the ladder. */
    public enum Signal {
        INT,
        CONT
    }

    /** For commands that have nothing to save. */
    public static StopLadder killAtOnce() {
        return new StopLadder((_, _) -> true, Duration.ZERO, Duration.ZERO, () -> () -> false);
    }

    StopLadder withGrace(Duration shorter) {
        return new StopLadder(signaller, shorter, insist, busy);
    }

    /** Kills until the process is gone. On a thread of its own. */
    void onlyKill(Supplier<@Nullable Process> started, CountDownLatch exited) {
        try {
            kill(started, exited);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Climbs until the process is gone. On a thread of its own. */
    void climb(Supplier<@Nullable Process> started, CountDownLatch exited) {
        try {
            if (!ask(started, exited)) {
                LOGGER.debug("nobody to ask, going on to the kill");
            }
            if (gone(exited, grace) || goneWhileBusy(exited)) {
                return;
            }
            Process process = started.get();
            if (process != null) {
                // A stopped process hears nothing: wake it before it is asked again.
                signaller.send(process, Signal.CONT);
                signaller.send(process, Signal.INT);
            }
            if (gone(exited, insist) || goneWhileBusy(exited)) {
                return;
            }
            kill(started, exited);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until what is under way now is done; true when the process is gone by then. */
    private boolean goneWhileBusy(CountDownLatch exited) throws InterruptedException {
        BooleanSupplier underWay = busy.get();
        while (underWay.getAsBoolean()) {
            if (gone(exited, AGAIN)) {
                return true;
            }
        }
        return false;
    }

    /** The program may not have started yet: what has not started cannot be asked, only later. */
    private boolean ask(Supplier<@Nullable Process> started, CountDownLatch exited)
            throws InterruptedException {
        long end = System.nanoTime() + grace.toNanos();
        do {
            Process process = started.get();
            if (process != null && signaller.send(process, Signal.INT)) {
                return true;
            }
        } while (System.nanoTime() - end < 0 && !gone(exited, AGAIN));
        return false;
    }

    private void kill(Supplier<@Nullable Process> started, CountDownLatch exited)
            throws InterruptedException {
        do {
            Process process = started.get();
            if (process != null) {
                signaller.kill(process);
            }
        } while (!gone(exited, AGAIN));
    }

    private static boolean gone(CountDownLatch exited, Duration within)
            throws InterruptedException {
        return exited.await(within.toNanos(), TimeUnit.NANOSECONDS);
    }
}
