package io.leasehold.testsupport;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for what another process does in its own time; for {@code *IT} only. Where a test can wait
 * on the thing itself (a future, a record, a process) it does that instead.
 */
public final class Eventually {
    private static final long SHORTEST_PAUSE = Duration.ofMillis(20).toNanos();
    private static final long LONGEST_PAUSE = Duration.ofMillis(250).toNanos();

    /** A long wait becomes longer by this part at most, and costs others no processor. */
    private static final int PART = 20;

    private Eventually() {}

    /** Something that may not hold yet. */
    @FunctionalInterface
    public interface Assertion {
        /** Throws an {@link AssertionError} while it does not hold. */
        void check() throws Exception;
    }

    /**
     * Checks until it holds. Only an {@link AssertionError} is "not yet"; whatever else is thrown
     * ends the wait.
     *
     * @throws AssertionError the last one, when the time is over
     */
    public static void eventually(Duration within, Assertion assertion) throws Exception {
        long begun = System.nanoTime();
        long deadline = begun + within.toNanos();
        while (true) {
            try {
                assertion.check();
                return;
            } catch (AssertionError notYet) {
                if (System.nanoTime() >= deadline) {
                    throw new AssertionError(
                            "did not hold within %s: %s".formatted(within, notYet.getMessage()),
                            notYet);
                }
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while waiting");
            }
            LockSupport.parkNanos(
                    Math.clamp((System.nanoTime() - begun) / PART, SHORTEST_PAUSE, LONGEST_PAUSE));
        }
    }
}
