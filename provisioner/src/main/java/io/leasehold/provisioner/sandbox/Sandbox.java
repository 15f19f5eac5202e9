package io.leasehold.provisioner.sandbox;

import java.time.Duration;
import java.util.function.Consumer;

/** Runs programs so that they see only what they were given. Shared; any thread. */
public interface Sandbox {

    /** Between the second time a program is asked to stop and the kill. */
    Duration INSIST = Duration.ofSeconds(10);

    /** How programs are kept apart. */
    Tier tier();

    /** Where programs see what they are given. */
    Layout layout();

    /**
     * Runs the whole sandbox once with a program that tries what must not be possible. Blocks for
     * some tenths of a second.
     */
    ProbeResult probe() throws InterruptedException;

    /**
     * Starts a program, waiting for a free slot. That it could not be started is an outcome.
     *
     * @param output hears stdout and stderr, each on a thread of its own
     * @throws InterruptedException while waiting for a slot
     */
    SandboxedRun start(RunSpec spec, Output output) throws InterruptedException;

    /** Where a program's output goes. Each method is called from one thread only. */
    record Output(Consumer<byte[]> stdout, Consumer<byte[]> stderr) {}
}
