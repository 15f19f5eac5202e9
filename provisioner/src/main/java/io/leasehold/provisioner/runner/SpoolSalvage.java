package io.leasehold.provisioner.runner;

import io.leasehold.provisioner.ledger.LedgerRefusal;
import io.leasehold.provisioner.ledger.Trouble;
import io.leasehold.provisioner.stateproxy.Leftover;
import io.leasehold.provisioner.stateproxy.Spool;
import io.leasehold.provisioner.stateproxy.Spooled;
import io.leasehold.provisioner.stateproxy.StateAccess;
import io.leasehold.provisioner.stateproxy.StateUpstream.StateWrite;
import io.leasehold.provisioner.stateproxy.StateUpstreams;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Hands in what runs that are over, of this boot or an earlier one, wrote to the spool and could
 * not deliver. While the lease that it was written under is still that run's, it is the stack's
 * state as if the run had written it; else the service keeps it as an orphan version: the changes
 * behind it are real. For one thread.
 */
final class SpoolSalvage {

    private static final Logger LOGGER = Logger.getLogger(SpoolSalvage.class);

    private final Spool spool;
    private final StateUpstreams states;
    private final Predicate<String> atWork;
    private final Set<String> refused = new HashSet<>();
    private final Set<String> failed = new HashSet<>();
    // So that an outage is one line of the log, though there is a round each second.
    private String told = "";

    /**
     * @param atWork whether a run goes on in this worker: what it spools is its own to deliver
     */
    SpoolSalvage(Spool spool, StateUpstreams states, Predicate<String> atWork) {
        this.spool = spool;
        this.states = states;
        this.atWork = atWork;
    }

    /**
     * One round over what is there, the oldest first; what cannot be handed in now waits for the
     * next.
     *
     * @param again also what could not be read, or what the service failed at
     * @return whether something waits because the service is away, or does not take this one yet
     */
    boolean handIn(boolean again) throws IOException {
        Map<Leftover, String> waiting = new LinkedHashMap<>();
        for (Leftover leftover : spool.leftovers()) {
            if (isSkipped(leftover.runId(), again)) {
                continue;
            }
            try {
                // As it is now: the run may have written once more before it ended.
                Spooled spooled = spool.read(leftover.runId());
                handIn(spooled.leftover(), spooled.state())
                        .ifPresent(reason -> waiting.put(leftover, reason));
            } catch (NoSuchFileException delivered) {
                // By its run, which has ended since they were listed.
            } catch (IOException e) {
                failed.add(leftover.runId());
                LOGGER.errorf(
                        "spooled state cannot be read runId=%s stack=%s reason=%s",
                        leftover.runId(), leftover.stack(), e.getMessage());
            }
        }
        tell(waiting, again);
        return !waiting.isEmpty();
    }

    private void tell(Map<Leftover, String> waiting, boolean again) {
        if (waiting.isEmpty()) {
            told = "";
            return;
        }
        Map.Entry<Leftover, String> first = waiting.entrySet().iterator().next();
        if (told.isEmpty() || (again && !told.equals(first.getValue()))) {
            told = first.getValue();
            LOGGER.warnf(
                    "spooled states wait until the state service takes them states=%d runId=%s"
                            + " stack=%s reason=%s",
                    waiting.size(), first.getKey().runId(), first.getKey().stack(), told);
        }
    }

    private boolean isSkipped(String run, boolean again) {
        return atWork.test(run) || refused.contains(run) || (!again && failed.contains(run));
    }

    /** Why nobody was there to take it; else it is decided for this round. */
    private Optional<String> handIn(Leftover leftover, byte[] state) throws IOException {
        failed.remove(leftover.runId());
        StateWrite write =
                states.open(
                                StateAccess.writable(leftover.stack(), leftover.leaseId())
                                        .by(leftover.credential()))
                        .post(state, leftover.contentMd5());
        switch (write) {
            case StateWrite.Accepted _ -> {
                spool.discard(leftover);
                LOGGER.infof(
                        "spooled state stored runId=%s stack=%s",
                        leftover.runId(), leftover.stack());
            }
            case StateWrite.Refused(_, String code, _) -> {
                // A lost lease means that the service has kept the bytes, which it adopts itself
                // where it can.
                if (code.equals(LedgerRefusal.LEASE_LOST)) {
                    spool.discard(leftover);
                    LOGGER.warnf(
                            "spooled state kept by the service as an orphan runId=%s stack=%s",
                            leftover.runId(), leftover.stack());
                } else {
                    refused.add(leftover.runId());
                    LOGGER.warnf(
                            "spooled state refused, an operator should look runId=%s stack=%s code=%s",
                            leftover.runId(), leftover.stack(), code);
                }
            }
            case StateWrite.Failed(Trouble trouble, String reason) -> {
                if (trouble == Trouble.OUTAGE) {
                    return Optional.of(reason);
                }
                failed.add(leftover.runId());
                LOGGER.warnf("spooled state waits runId=%s reason=%s", leftover.runId(), reason);
            }
        }
        return Optional.empty();
    }
}
