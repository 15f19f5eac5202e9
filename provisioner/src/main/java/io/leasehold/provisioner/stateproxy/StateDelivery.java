package io.leasehold.provisioner.stateproxy;

import io.leasehold.provisioner.ledger.Patience;
import io.leasehold.provisioner.ledger.Trouble;
import io.leasehold.provisioner.stateproxy.StateUpstream.StateWrite;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The way of one run's states to the state service: first onto this machine's disk, then on, with
 * patience while the service is away. What cannot be handed over stays in the spool, and whoever
 * finds it there hands it in later. States go one after another; any thread.
 */
public final class StateDelivery {

    private static final Logger LOGGER = Logger.getLogger(StateDelivery.class);

    private final String runId;
    private final StateAccess access;
    private final StateUpstream upstream;
    private final Spool spool;
    private final Clock clock;
    private final Patience.Limits faults;
    private final ReentrantLock one = new ReentrantLock();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile @Nullable String stored;
    private volatile boolean spooled;
    private volatile boolean told;

    StateDelivery(
            String runId,
            StateAccess access,
            StateUpstream upstream,
            Spool spool,
            Clock clock,
            Patience.Limits faults) {
        this.runId = runId;
        this.access = access;
        this.upstream = upstream;
        this.spool = spool;
        this.clock = clock;
        this.faults = faults;
    }

    /** What became of a state. */
    public sealed interface Receipt {

        /** The state service has it. */
        record Stored() implements Receipt {}

        /** The state service will not have it; it is still in the spool. */
        record Refused(StateWrite.Refused refusal) implements Receipt {}

        /** It could not be handed over, and is in the spool where that could be written to. */
        record Undelivered(String why) implements Receipt {}
    }

    /**
     * Hands a state over; returns when the service has it, refuses it, failed at it too often, or
     * the lease is over.
     *
     * @param contentMd5 base64, already checked against the bytes
     */
    public Receipt deliver(byte[] state, String contentMd5) throws InterruptedException {
        String leaseId = access.leaseId();
        if (!access.writable() || leaseId == null) {
            throw new IllegalStateException("this run may not write a state: " + runId);
        }
        one.lockInterruptibly();
        try {
            keep(
                    new Leftover(
                            runId,
                            access.stack(),
                            leaseId,
                            contentMd5,
                            clock.instant(),
                            access.credential()),
                    state);
            return forward(state, contentMd5);
        } finally {
            one.unlock();
        }
    }

    /** A full disk is no reason to keep from a service what it may well be able to take. */
    private void keep(Leftover leftover, byte[] state) {
        try {
            spool.keep(leftover, state);
            spooled = true;
        } catch (IOException e) {
            LOGGER.errorf(
                    "the spool cannot be written to, a state is handed over without it runId=%s"
                            + " reason=%s",
                    runId, e);
        }
    }

    private Receipt forward(byte[] state, String contentMd5) throws InterruptedException {
        Patience patience = patience();
        boolean ended = over.getCount() == 0;
        while (!ended) {
            switch (upstream.post(state, contentMd5)) {
                case StateWrite.Accepted() -> {
                    stored = HexFormat.of().formatHex(Base64.getDecoder().decode(contentMd5));
                    forget();
                    return new Receipt.Stored();
                }
                case StateWrite.Refused refused -> {
                    LOGGER.warnf(
                            "a state was refused and stays in the spool runId=%s status=%d"
                                    + " errorCode=%s",
                            runId, refused.status(), refused.code());
                    return new Receipt.Refused(refused);
                }
                case StateWrite.Failed(Trouble trouble, String reason) -> {
                    Optional<Duration> pause = patience.after(trouble);
                    if (pause.isEmpty()) {
                        LOGGER.errorf(
                                "the state service fails at a state, which stays in the spool"
                                        + " runId=%s reason=%s",
                                runId, reason);
                        return new Receipt.Undelivered(
                                "the state service fails at it (" + reason + ")");
                    }
                    ended = pause(pause.get(), "write", reason);
                }
            }
        }
        LOGGER.warnf("the lease is over, a state stays in the spool runId=%s", runId);
        return new Receipt.Undelivered("the lease is over");
    }

    private void forget() {
        spooled = false;
        try {
            spool.discard(runId);
        } catch (IOException e) {
            // Handed in again later, it is the newest version already and changes nothing.
            LOGGER.warnf("a stored state stays in the spool runId=%s reason=%s", runId, e);
        }
    }

    /** Waits; true when the lease is over by then. */
    boolean pause(Duration pause, String what, String reason) throws InterruptedException {
        if (!told) {
            told = true;
            LOGGER.infof(
                    "the state service is away, the run is held runId=%s operation=%s reason=%s",
                    runId, what, reason);
        }
        return over.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Patience for one more request of this run. */
    Patience patience() {
        return new Patience(faults, System::nanoTime);
    }

    /** Lower-case hex MD5 of the last state that the service has. */
    public Optional<String> stored() {
        return Optional.ofNullable(stored);
    }

    /** Whether a state is in the spool that the service has not taken. */
    public boolean spooled() {
        return spooled;
    }

    /** The lease is over: nothing is sent on any more, and what waits stops waiting. */
    public void leaseOver() {
        over.countDown();
    }
}
