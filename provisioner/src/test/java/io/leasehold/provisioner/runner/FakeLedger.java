package io.leasehold.provisioner.runner;

import io.leasehold.ledger.api.HeartbeatReply;
import io.leasehold.ledger.api.HeartbeatReply.Instruction;
import io.leasehold.ledger.api.HeartbeatRequest;
import io.leasehold.ledger.api.LogAppend;
import io.leasehold.ledger.api.PlanAsking;
import io.leasehold.ledger.api.PlanKeeping;
import io.leasehold.ledger.api.PlanReply;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.provisioner.ledger.LedgerRefusal;
import io.leasehold.provisioner.ledger.LedgerUnavailable;
import io.leasehold.provisioner.ledger.SilentLedger;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A ledger in memory that answers heartbeats as a test tells it, and keeps what runs say. Safe for
 * many threads.
 */
final class FakeLedger extends SilentLedger {

    final BlockingQueue<RunPhase> beats = new LinkedBlockingQueue<>();
    final Queue<String> said = new ConcurrentLinkedQueue<>();
    final Queue<PlanKeeping> kept = new ConcurrentLinkedQueue<>();
    final Queue<PlanAsking> asked = new ConcurrentLinkedQueue<>();
    volatile PlanReply left = new PlanReply(null, "there is none any more");
    volatile @Nullable RuntimeException planTrouble;
    volatile Instruction instruction = Instruction.CONTINUE;
    volatile long remainingMillis = 30_000;
    volatile boolean away;
    volatile boolean leaseLost;

    @Override
    public HeartbeatReply heartbeat(String runId, HeartbeatRequest request) {
        beats.add(request.phase());
        if (away) {
            throw new LedgerUnavailable("away", null);
        }
        if (leaseLost) {
            throw new LedgerRefusal(409, LedgerRefusal.LEASE_LOST, "another holds it");
        }
        return new HeartbeatReply(remainingMillis, instruction);
    }

    @Override
    public void keepPlan(String runId, PlanKeeping keeping) {
        mayFail();
        kept.add(keeping);
    }

    @Override
    public PlanReply takePlan(String runId, PlanAsking asking) {
        asked.add(asking);
        mayFail();
        return left;
    }

    private void mayFail() {
        RuntimeException trouble = planTrouble;
        if (trouble != null) {
            throw trouble;
        }
    }

    @Override
    public void log(String runId, LogAppend append) {
        append.lines().forEach(line -> said.add(line.text()));
    }
}
