package io.leasehold.provisioner.process;

import java.time.Duration;

/** How a process ended. Every way it can end is one of these; none of them is an exception. */
public sealed interface ProcessOutcome {

    /** The code of a death by SIGKILL. */
    int KILLED = 128 + 9;

    /** The code of a Go program whose runtime gave up, as it does without memory or threads. */
    int CRASHED = 2;

    /** It ended by itself. A death by signal n is code 128 + n. */
    record Exited(int code) implements ProcessOutcome {}

    /** A deadline passed; it was asked to stop, and killed if it did not. */
    record TimedOut(Deadline deadline, Duration limit, int code) implements ProcessOutcome {}

    /**
     * Somebody in the worker asked for the end.
     *
     * @param reason why, for people
     */
    record Stopped(String reason, int code) implements ProcessOutcome {}

    /**
     * It never ran.
     *
     * @param message why, without arguments or environment
     */
    record FailedToStart(String message) implements ProcessOutcome {}

    /** The deadlines a process has. */
    enum Deadline {
        /** From start to end. */
        WALL_CLOCK,
        /** Since the last byte of output. */
        IDLE
    }

    /** True only for an exit by itself with code 0. */
    default boolean succeeded() {
        return this instanceof Exited(int code) && code == 0;
    }
}
