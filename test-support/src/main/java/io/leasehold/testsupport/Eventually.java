package io.leasehold.testsupport;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for what another process does in its own time; for {@code *IT} only. Where a test can wait
 * on the thing itself (a future, a record, a process) it does that instead.
 */
public final class Eventually {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

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
        long deadline = System.nanoTime() + within.toNanos();
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
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }
}
