package io.leasehold.provisioner.sandbox;

import io.leasehold.provisioner.process.ProcessOutcome;
import java.nio.file.Path;

/** A program at work in a sandbox. Any thread. */
public interface SandboxedRun {

    /** Waits for the end; all output has been given out when this returns. */
    ProcessOutcome await() throws InterruptedException;

    /** Starts the stop ladder and returns at once; see {@link RunSpec.Stop}. */
    void interrupt(String reason);

    /**
     * Closes every door to an endpoint at once and then starts the stop ladder. The service port
     * still answers, until the end: a state may be left there.
     */
    void fence(String reason);

    /** A file that was made for the program to write to, to be read after the end. */
    Path written(String name);

    /** Gives back the slot and removes what was on disk. Call after {@link #await}. */
    void release();
}
