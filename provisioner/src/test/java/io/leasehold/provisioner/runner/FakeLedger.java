package io.leasehold.provisioner.runner;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.DriftReport;
import io.leasehold.ledger.api.HeartbeatReply;
import io.leasehold.ledger.api.HeartbeatReply.Instruction;
import io.leasehold.ledger.api.HeartbeatRequest;
import io.leasehold.ledger.api.IntakeReply;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.ledger.api.LogAppend;
import io.leasehold.ledger.api.OutboxPublished;
import io.leasehold.ledger.api.OutboxRow;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.ShardClaimRequest;
import io.leasehold.ledger.api.ShardLease;
import io.leasehold.ledger.api.Watermark;
import io.leasehold.ledger.api.WorkerRegistration;
import io.leasehold.provisioner.ledger.LedgerApi;
import io.leasehold.provisioner.ledger.LedgerRefusal;
import io.leasehold.provisioner.ledger.LedgerUnavailable;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A ledger in memory that answers heartbeats as a test tells it. Safe for many threads. */
final class FakeLedger implements LedgerApi {

    final BlockingQueue<RunPhase> beats = new LinkedBlockingQueue<>();
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
    public void log(String runId, LogAppend lines) {}

    @Override
    public IntakeReply intake(IntakeRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Watermark> watermarks(String topic) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void register(WorkerRegistration registration) {}

    @Override
    public @Nullable Claim claim(ClaimRequest request) {
        return null;
    }

    @Override
    public void outcome(String runId, OutcomeRequest outcome) {}

    @Override
    public void driftReport(String runId, DriftReport report) {}

    @Override
    public byte[] module(String digest) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<ShardLease> shards(ShardClaimRequest request) {
        return List.of();
    }

    @Override
    public List<OutboxRow> rows(int shard, String lease, int limit, long waitMillis) {
        return List.of();
    }

    @Override
    public void published(int shard, OutboxPublished published) {}
}
