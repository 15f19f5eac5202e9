package io.leasehold.provisioner.sandbox;

import io.leasehold.provisioner.door.Traffic;
import io.leasehold.provisioner.process.ProcessOutcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** A program at work in a sandbox. Any thread. */
public interface SandboxedRun {

    /** Waits for the end; all output has been given out when this returns. */
    ProcessOutcome await() throws InterruptedException;

    /** Starts the stop ladder and returns at once; see {@link RunSpec.Stop}. */
    void interrupt(String reason);

    /**
     * Closes every door to an endpoint at once and then starts the stop ladder. The service port
     * still answers, until the end: a state may be left there. A program that reaches endpoints by
     * other ways than doors, as some tiers let it, is killed at once.
     */
    void fence(String reason);

    /** What went through its doors so far; nothing of what went another way. */
    List<Traffic> traffic();

    /**
     * What it has used up so far, as its control group says; nothing where it has none. Ask before
     * {@link #release}.
     */
    Set<Shortage> shortages();

    /** A file that was made for the program to write to, to be read after the end. */
    Path written(String name);

    /** Gives back the slot and removes what was on disk. Call after {@link #await}. */
    void release();
}
