package io.leasehold.provisioner.runner;

import io.leasehold.ledger.api.HeartbeatReply;
import io.leasehold.ledger.api.HeartbeatReply.Instruction;
import io.leasehold.ledger.api.HeartbeatRequest;
import io.leasehold.ledger.api.LogAppend;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.provisioner.ledger.LedgerRefusal;
import io.leasehold.provisioner.ledger.LedgerUnavailable;
import io.leasehold.provisioner.ledger.SilentLedger;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A ledger in memory that answers heartbeats as a test tells it, and keeps what runs say. Safe for
 * many threads.
 */
final class FakeLedger extends SilentLedger {

    final BlockingQueue<RunPhase> beats = new LinkedBlockingQueue<>();
    final Queue<String> said = new ConcurrentLinkedQueue<>();
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
    public void log(String runId, LogAppend append) {
        append.lines().forEach(line -> said.add(line.text()));
    }
}
