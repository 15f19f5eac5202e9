package io.leasehold.provisioner.stateproxy;

import java.io.IOException;
import java.util.List;

/**
 * States on their way to the state service, encrypted on this machine's disk until they are there.
 * Any thread; at most one state per run, the newest.
 */
public interface Spool {

    /** Keeps a state. When this returns it survives a crash of the machine. */
    void keep(Leftover state, byte[] bytes) throws IOException;

    /**
     * What was kept and never discarded, oldest first: after a start, what an earlier worker left.
     */
    List<Leftover> leftovers() throws IOException;

    /**
     * What is kept of a run now, which may be newer than what was listed.
     *
     * @throws java.nio.file.NoSuchFileException if there is nothing
     */
    Spooled read(String runId) throws IOException;

    /** Forgets a state because the state service has it, or an operator decided so. */
    void discard(String runId) throws IOException;

    /** Forgets that state and none that its run wrote since. */
    void discard(Leftover leftover) throws IOException;
}
