package io.leasehold.provisioner.runner;

import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.stateproxy.Leftover;
import io.leasehold.provisioner.stateproxy.Spool;
import io.leasehold.provisioner.stateproxy.StateAccess;
import io.leasehold.provisioner.stateproxy.StateUpstream.StateWrite;
import io.leasehold.provisioner.stateproxy.StateUpstreams;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Hands in what an earlier worker wrote to its spool and could not deliver. The lease it was
 * written under is over, so the service keeps it as an orphan version: the changes behind it are
 * real.
 */
final class SpoolSalvage {

    private static final Logger LOGGER = Logger.getLogger(SpoolSalvage.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final Spool spool;
    private final StateUpstreams states;
    private final Ledger ledger;

    private final List<Leftover> left;

    /**
     * Finds what is there now. Made before the first run of this worker, whose own states it must
     * not touch.
     */
    SpoolSalvage(Spool spool, StateUpstreams states, Ledger ledger) throws IOException {
        this.spool = spool;
        this.states = states;
        this.ledger = ledger;
        this.left = spool.leftovers();
    }

    /** Hands in everything that was found; waits while the service is away. */
    void handIn() {
        for (Leftover leftover : left) {
            try {
                handIn(leftover);
            } catch (IOException e) {
                LOGGER.errorf(
                        "spooled state cannot be read runId=%s stack=%s reason=%s",
                        leftover.runId(), leftover.stack(), e.getMessage());
            }
        }
    }

    private void handIn(Leftover leftover) throws IOException {
        byte[] state = spool.read(leftover);
        StateWrite write;
        do {
            write =
                    states.open(StateAccess.writable(leftover.stack(), leftover.leaseId()))
                            .post(state, leftover.contentMd5());
        } while (write instanceof StateWrite.Unavailable && ledger.pauseUnlessStopping(PAUSE));
        switch (write) {
            case StateWrite.Accepted _ -> {
                spool.discard(leftover.runId());
                LOGGER.infof(
                        "spooled state stored runId=%s stack=%s",
                        leftover.runId(), leftover.stack());
            }
            case StateWrite.Refused(_, String code, _) -> {
                // A lost lease means that the service has kept the bytes as an orphan.
                if (code.equals("LEASE_LOST")) {
                    spool.discard(leftover.runId());
                }
                LOGGER.warnf(
                        "spooled state refused, an operator should look runId=%s stack=%s code=%s",
                        leftover.runId(), leftover.stack(), code);
            }
            case StateWrite.Unavailable _ ->
                    LOGGER.warnf("spooled state waits runId=%s", leftover.runId());
        }
    }
}
