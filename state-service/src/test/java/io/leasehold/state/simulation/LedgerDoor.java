package io.leasehold.state.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.HeartbeatReply;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.simulation.Action.Ending;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What intake and workers ask of the ledger. One side of it is in memory, the other the running
 * service, so that the same trace can be played to both.
 */
interface LedgerDoor {

    /**
     * A record of the input.
     *
     * @param data null where it is no event
     */
    record LogRecord(int partition, long offset, boolean byPosition, @Nullable ObjectNode data) {}

    /**
     * A run as its worker got it.
     *
     * @param inputs what is to be built, as text
     * @param serial of the state it begins with
     */
    record Given(
            String runId,
            String leaseId,
            StackRef stack,
            RunKind kind,
            long revision,
            long remainingMillis,
            String inputs,
            long serial) {}

    /** Empty where the record was not looked at, since what comes before it is lacking. */
    Optional<Disposition> take(LogRecord record);

    void register(String worker, String boot);

    /**
     * The answer to a claim.
     *
     * @param registered false when the boot is not the bearer of the name, and must register
     */
    record Claimed(boolean registered, Optional<Given> run) {
        static final Claimed NOT_REGISTERED = new Claimed(false, Optional.empty());
    }

    Claimed claim(String worker, String boot, String request);

    /** Empty when the lease is lost. */
    Optional<HeartbeatReply> beat(Given run, RunPhase phase);

    /** False when it was refused. */
    boolean write(Given run, long serial, @Nullable String host);

    /**
     * False when the run was taken for lost.
     *
     * @param dropped it ends since the ledger asked for it, whatever the ending
     */
    boolean end(Given run, Ending ending, boolean dropped);

    /** The lease of that run runs out, and the service notices. */
    void expire(Given run);

    /** Time plays no part: what waits for its next try is due at once, and no lease runs out. */
    void standStill();

    /** An operator replays the letter of a failed run, if there is one. */
    void replay(StackRef stack);
}
