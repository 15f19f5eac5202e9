package io.leasehold.provisioner.runner;

import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.DriftReport;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.Lease;
import io.leasehold.provisioner.ProvisionerIdentity;
import io.leasehold.provisioner.ledger.LedgerConfig;
import io.leasehold.provisioner.ledger.LedgerRefusal;
import io.leasehold.provisioner.ledger.LedgerUnavailable;
import io.leasehold.provisioner.ledger.Patience;
import java.time.Duration;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One thread that claims a run, carries it out, says how it ended, and asks for the next. As many
 * slots as runs at once; the lanes have slots of their own.
 */
final class Slot implements Runnable {

    private static final Logger LOGGER = Logger.getLogger(Slot.class);

    /** The ledger knows another boot of this name, or none. */
    private static final String NOT_REGISTERED = "WORKER_NOT_REGISTERED";

    private static final Duration OUTAGE_PAUSE = Duration.ofSeconds(1);
    private static final Duration REFUSED_PAUSE = Duration.ofSeconds(5);

    private static final Duration FAULT_PAUSE = Duration.ofSeconds(5);

    private final RunTools tools;
    private final ProvisionerIdentity identity;
    private final Lane lane;
    private final long waitMillis;
    private final OutcomeReport report;
    private final Runnable superseded;
    private String requestId = newRequestId();
    private @Nullable RunLog lastLog;
    private volatile @Nullable LifecycleRun atWork;

    // Both only with the lock of this object.
    private @Nullable Thread idle;
    private boolean draining;

    /**
     * @param superseded called when the ledger does not know this boot as the one at work
     */
    Slot(
            RunTools tools,
            ProvisionerIdentity identity,
            LedgerConfig ledgerConfig,
            Lane lane,
            Runnable superseded) {
        this.tools = tools;
        this.identity = identity;
        this.lane = lane;
        this.waitMillis = ledgerConfig.pollWait().toMillis();
        this.report =
                new OutcomeReport(
                        tools.ledger(),
                        tools.outcomes(),
                        Patience.Limits.of(ledgerConfig),
                        tools.tofu()::tofuVersion,
                        tools.bindings());
        this.superseded = superseded;
    }

    /**
     * No further run; the one at work goes on to its end. What was claimed and has not begun is
     * handed back, a drift check is given up. Any thread.
     */
    synchronized void drain() {
        draining = true;
        Thread waiting = idle;
        if (waiting != null) {
            waiting.interrupt();
        }
    }

    /** The run at work is asked to stop and to save its state. Any thread, after {@link #drain}. */
    void stop() {
        LifecycleRun run = atWork;
        if (run != null) {
            run.stop();
        }
    }

    /** From here on {@link #drain} interrupts this thread; false when it has been called. */
    private synchronized boolean mayWait() {
        idle = Thread.currentThread();
        return !draining;
    }

    /** From here on nothing interrupts this thread; false when a run may not begin any more. */
    private synchronized boolean mayBegin() {
        idle = null;
        if (draining) {
            // It was interrupted on the way here; what follows is not to be.
            var _ = Thread.interrupted();
        }
        return !draining;
    }

    /** Whether it carries out that run now. Any thread. */
    boolean worksOn(String runId) {
        LifecycleRun run = atWork;
        return run != null && run.is(runId);
    }

    @Override
    public void run() {
        while (mayWait() && !tools.ledger().stopping() && !Thread.currentThread().isInterrupted()) {
            try {
                takeOne();
            } catch (LedgerUnavailable e) {
                LOGGER.warnf("no run can be claimed lane=%s reason=%s", lane, e.getMessage());
                tools.ledger().pauseUnlessStopping(OUTAGE_PAUSE);
            } catch (LedgerRefusal e) {
                if (e.code().equals(NOT_REGISTERED)) {
                    superseded.run();
                    return;
                }
                LOGGER.errorf("claim refused lane=%s code=%s", lane, e.code());
                tools.ledger().pauseUnlessStopping(REFUSED_PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                // A fault of ours. The lease runs out by itself, and the slot goes on.
                LOGGER.errorf(e, "a run failed in the worker itself lane=%s", lane);
                tools.ledger().pauseUnlessStopping(OUTAGE_PAUSE);
            }
        }
        var _ = mayBegin();
        delivered(null);
    }

    /** The log of one run may be on its way while the next run is claimed, but no longer. */
    private void delivered(@Nullable RunLog next) {
        RunLog before = lastLog;
        lastLog = next;
        if (before != null) {
            before.awaitDelivery();
        }
    }

    private void takeOne() throws InterruptedException {
        LeaseTime.Sent sent = new LeaseTime.Sent(System.nanoTime(), tools.clock().millis());
        ClaimRequest request =
                new ClaimRequest(identity.name(), identity.bootId(), requestId, lane, waitMillis);
        // Asked again with the same id after an outage: a lost answer leases nobody for long.
        Claim claim = tools.ledger().call(api -> api.claim(request));
        requestId = newRequestId();
        if (claim == null) {
            return;
        }
        Lease lease = claim.lease();
        if (lease == null) {
            check(claim);
            return;
        }
        LeaseTime time =
                new LeaseTime(
                        System::nanoTime,
                        tools.clock()::millis,
                        startOfLease(sent),
                        lease.remainingMillis());
        if (mayBegin()) {
            carryOut(claim, lease, time);
        } else {
            handBack(claim, lease, time);
        }
    }

    /** Nothing was done: it is worth telling only for as long as nobody else may claim it. */
    private void handBack(Claim claim, Lease lease, LeaseTime time) {
        LOGGER.infof("run handed back, this worker is stopping runId=%s", claim.runId());
        try {
            report.tell(claim, lease, () -> !time.remaining().isZero(), new RunEnding.Dropped());
        } catch (LedgerRefusal | LedgerUnavailable e) {
            LOGGER.warnf(
                    "run could not be handed back runId=%s reason=%s",
                    claim.runId(), e.getMessage());
        }
    }

    private void carryOut(Claim claim, Lease lease, LeaseTime time) throws InterruptedException {
        LOGGER.infof(
                "run starts runId=%s stack=%s kind=%s revision=%d attempt=%d",
                claim.runId(), claim.stack(), claim.kind(), claim.revision(), claim.attempt());
        try (RunLog log =
                new RunLog(tools.ledger(), claim.runId(), lease.leaseId(), tools.clock())) {
            delivered(log);
            LifecycleRun run = new LifecycleRun(tools, claim, lease, log);
            atWork = run;
            RunEnding ending;
            try (LeaseKeeper keeper =
                    new LeaseKeeper(
                            tools.ledger(), claim, lease, time, tools.config().heartbeat(), run)) {
                ending = run.carryOut(keeper);
                log.say("ended: " + ending.getClass().getSimpleName());
                report.tell(claim, lease, () -> !keeper.lost(), ending);
            }
            restAfter(claim, ending);
        } catch (LedgerRefusal | LedgerUnavailable e) {
            // The lease ran out or was given away while we asked; its next holder looks afresh.
            LOGGER.warnf("run given up runId=%s reason=%s", claim.runId(), e.getMessage());
        } finally {
            atWork = null;
        }
    }

    /** What this worker cannot do is claimed by one that can, while this one waits a little. */
    private void restAfter(Claim claim, RunEnding ending) {
        if (ending instanceof RunEnding.Failed failed && failed.code() == ErrorCode.WORKER_FAULT) {
            LOGGER.errorf(
                    "this worker cannot run what it claims runId=%s reason=%s",
                    claim.runId(), failed.message());
            tools.ledger().pauseUnlessStopping(FAULT_PAUSE);
        }
    }

    /**
     * A long poll may be held for its whole wait before the lease begins; counting from when it was
     * sent would start every such lease half spent. The first heartbeat follows at once and counts
     * honestly.
     */
    private LeaseTime.Sent startOfLease(LeaseTime.Sent sent) {
        long held = Math.min(waitMillis, tools.clock().millis() - sent.millis());
        return new LeaseTime.Sent(sent.nanos() + held * 1_000_000, sent.millis() + held);
    }

    private void check(Claim claim) throws InterruptedException {
        try (RunLog log = new RunLog(tools.ledger(), claim.runId(), null, tools.clock())) {
            delivered(log);
            DriftReport report = new DriftCheck(tools, claim, log).carryOut();
            tools.ledger().run(api -> api.driftReport(claim.runId(), report));
            LOGGER.infof(
                    "drift check ended runId=%s stack=%s result=%s changes=%d",
                    claim.runId(), claim.stack(), report.result(), report.changes().size());
        }
    }

    private static String newRequestId() {
        return UUID.randomUUID().toString();
    }
}
