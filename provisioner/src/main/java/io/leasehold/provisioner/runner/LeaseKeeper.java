package io.leasehold.provisioner.runner;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.HeartbeatReply;
import io.leasehold.ledger.api.HeartbeatReply.Instruction;
import io.leasehold.ledger.api.HeartbeatRequest;
import io.leasehold.ledger.api.Lease;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.ledger.LedgerRefusal;
import io.leasehold.provisioner.ledger.LedgerUnavailable;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Keeps one run's lease: beats it, hears what the ledger wants, and says at once when it is lost or
 * can no longer be proved. Beats and guards on virtual threads of its own; {@link #enter} may be
 * called by the run's thread meanwhile.
 */
final class LeaseKeeper implements AutoCloseable {

    private static final Logger LOGGER = Logger.getLogger(LeaseKeeper.class);

    /** While the service is away beats come faster, so that its return is noticed in time. */
    private static final Duration OUTAGE_INTERVAL = Duration.ofSeconds(1);

    private final Ledger ledger;
    private final String runId;
    private final Lease lease;
    private final Duration interval;
    private final LeaseTime time;
    private final Watcher watcher;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile RunPhase phase = RunPhase.CLAIMED;
    private volatile boolean lost;

    /** Hears of the lease. Called by the keeper's thread or by the run's. */
    interface Watcher {
        /** The right is gone: nothing may reach the world any more. Called once. */
        void onLost(String reason);

        /** The ledger wants something else than going on. */
        void onInstruction(Instruction instruction);
    }

    LeaseKeeper(
            Ledger ledger,
            Claim claim,
            Lease lease,
            LeaseTime time,
            Duration interval,
            Watcher watcher) {
        this.ledger = ledger;
        this.runId = claim.runId();
        this.lease = lease;
        this.interval = interval;
        this.time = time;
        this.watcher = watcher;
        Thread.ofVirtual().name("lease-" + runId).start(this::keep);
        Thread.ofVirtual().name("lease-guard-" + runId).start(this::guard);
    }

    /** Whether the right is gone. */
    boolean lost() {
        return lost;
    }

    /** Whether the right can be proved at this moment, also just after the process was frozen. */
    boolean holds() {
        return !lost && time.remaining().isPositive();
    }

    /**
     * Tells the ledger that a phase begins and what it wants then; waits for its answer for as long
     * as the lease can be proved.
     *
     * @throws LedgerRefusal {@code LEASE_LOST} when the right is gone
     * @throws LedgerUnavailable when it ran out while waiting
     */
    Instruction enter(RunPhase next) {
        phase = next;
        LeaseTime.Sent[] sent = new LeaseTime.Sent[1];
        HeartbeatReply reply =
                ledger.persistently(
                        "heartbeat",
                        this::holds,
                        api -> {
                            sent[0] = time.now();
                            return api.heartbeat(
                                    runId, new HeartbeatRequest(lease.leaseId(), next));
                        });
        time.proved(sent[0], reply.remainingMillis());
        return reply.instruction();
    }

    private void keep() {
        Duration pause = interval;
        try {
            while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS) && !lost) {
                pause = beat() ? interval : OUTAGE_INTERVAL;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean beat() {
        LeaseTime.Sent sent = time.now();
        try {
            HeartbeatReply reply =
                    ledger.call(api ->
                            api.heartbeat(runId, new HeartbeatRequest(lease.leaseId(), phase)));
            time.proved(sent, reply.remainingMillis());
            if (reply.instruction() != Instruction.CONTINUE) {
                watcher.onInstruction(reply.instruction());
            }
            return true;
        } catch (LedgerRefusal e) {
            if (e.leaseLost()) {
                lose("the ledger gave the stack to somebody else");
            } else {
                LOGGER.errorf("heartbeat refused runId=%s code=%s", runId, e.code());
            }
        } catch (LedgerUnavailable e) {
            LOGGER.warnf(
                    "heartbeat not answered runId=%s remainingMillis=%d",
                    runId, time.remaining().toMillis());
        }
        return false;
    }

    /**
     * Apart from the beats, since a beat may hang in a service that neither answers nor refuses.
     */
    private void guard() {
        try {
            Duration left = time.remaining();
            while (left.isPositive()) {
                if (closed.await(left.toMillis(), TimeUnit.MILLISECONDS) || lost) {
                    return;
                }
                left = time.remaining();
            }
            lose("the lease could not be proved any longer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void lose(String reason) {
        if (!lost) {
            lost = true;
            watcher.onLost(reason);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
