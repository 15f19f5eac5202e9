package io.leasehold.provisioner.ledger;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.DriftReport;
import io.leasehold.ledger.api.HeartbeatReply;
import io.leasehold.ledger.api.HeartbeatRequest;
import io.leasehold.ledger.api.IntakeReply;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.ledger.api.LogAppend;
import io.leasehold.ledger.api.OutboxRow;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.ledger.api.PlanAsking;
import io.leasehold.ledger.api.PlanKeeping;
import io.leasehold.ledger.api.PlanReply;
import io.leasehold.ledger.api.ShardClaimRequest;
import io.leasehold.ledger.api.ShardDrainRequest;
import io.leasehold.ledger.api.ShardLease;
import io.leasehold.ledger.api.Watermark;
import io.leasehold.ledger.api.WorkerRegistration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A ledger that answers nothing: fakes override what their test needs. */
public class SilentLedger implements LedgerApi {

    @Override
    public HeartbeatReply heartbeat(String runId, HeartbeatRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void log(String runId, LogAppend lines) {
        throw new UnsupportedOperationException();
    }

    @Override
    public IntakeReply intake(IntakeRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Watermark> watermarks(String topic, String topicId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void register(WorkerRegistration registration) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void leave(WorkerRegistration registration) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void keepPlan(String runId, PlanKeeping keeping) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PlanReply takePlan(String runId, PlanAsking asking) {
        throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable Claim claim(ClaimRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void outcome(String runId, OutcomeRequest outcome) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void driftReport(String runId, DriftReport report) {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] module(String digest) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<ShardLease> shards(ShardClaimRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<OutboxRow> drain(int shard, ShardDrainRequest request) {
        throw new UnsupportedOperationException();
    }
}
