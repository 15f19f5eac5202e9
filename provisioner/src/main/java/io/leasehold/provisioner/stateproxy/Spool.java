package io.leasehold.provisioner.stateproxy;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /** The exact bytes of one of them. */
    byte[] read(Leftover leftover) throws IOException;

    /** What the run of one of them wrote with, as far as it was kept. */
    @Nullable String credential(Leftover leftover) throws IOException;

    /** Forgets a state because the state service has it, or an operator decided so. */
    void discard(String runId) throws IOException;
}
