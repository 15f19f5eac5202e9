package io.leasehold.it.lease;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.HeartbeatRequest;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.WorkerRegistration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** Acts under leases by real HTTP, without a tofu. */
public final class LeasedWorker {
    private final String name;
    private final String boot = UUID.randomUUID().toString();
    private final String url;
    private final Wire wire;

    private LeasedWorker(String name, String url) {
        this.name = name;
        this.url = url;
        this.wire = new Wire(url, TestLedger.token("worker"));
    }

    /** One that the service at that address knows. */
    public static LeasedWorker registered(String name, String url) {
        LeasedWorker worker = new LeasedWorker(name, url);
        assertThat(
                        worker.wire
                                .send(
                                        "POST",
                                        Paths.WORKERS,
                                        new WorkerRegistration(name, worker.boot))
                                .status())
                .isEqualTo(204);
        return worker;
    }

    /** One run, or none when nothing is due within the wait or nobody answers. */
    public Optional<Claim> claim(long waitMillis) {
        Wire.Reply reply =
                wire.send(
                        "POST",
                        Paths.CLAIMS,
                        new ClaimRequest(
                                name,
                                boot,
                                UUID.randomUUID().toString(),
                                Lane.LIFECYCLE,
                                waitMillis));
        try {
            return reply.status() == 200
                    ? Optional.of(Wire.JSON.treeToValue(reply.body(), Claim.class))
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            throw new AssertionError("not a claim", e);
        }
    }

    public Wire.Reply beats(Claim claim, RunPhase phase) {
        return wire.send(
                "POST",
                Paths.HEARTBEAT.replace("{runId}", claim.runId()),
                new HeartbeatRequest(lease(claim), phase));
    }

    public Wire.Reply succeeds(Claim claim) {
        return wire.send(
                "POST",
                Paths.OUTCOME.replace("{runId}", claim.runId()),
                new OutcomeRequest(
                        lease(claim),
                        OutcomeRequest.Result.SUCCEEDED,
                        null,
                        null,
                        false,
                        new Delta(1, 0, 0),
                        "1.11.0"));
    }

    /** Writes a state as the run's tofu does, by the run's own credential. */
    public Wire.Reply writes(Claim claim, String lineage, long serial) {
        return new Wire(url, Objects.requireNonNull(claim.credential()))
                .send("POST", "/state/" + claim.stack().key(), state(lineage, serial));
    }

    /** Hands a state in that could not be written while the run had its lease. */
    public Wire.Reply handsIn(Claim claim, String lineage, long serial) {
        return wire.send(
                "POST",
                "/state/" + claim.stack().key(),
                state(lineage, serial),
                Paths.LEASE_HEADER,
                lease(claim));
    }

    private static String state(String lineage, long serial) {
        return """
        {"version":4,"terraform_version":"1.11.0","serial":%d,"lineage":"%s","outputs":{},"resources":[]}
        """
                .formatted(serial, lineage);
    }

    public static String lease(Claim claim) {
        return Objects.requireNonNull(claim.lease()).leaseId();
    }
}
