package io.leasehold.state;

import io.leasehold.ledger.api.Circumstances;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.HeartbeatReply;
import io.leasehold.ledger.api.HeartbeatRequest;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.WorkerRegistration;
import io.leasehold.state.lease.Claims;
import io.leasehold.state.lease.Heartbeats;
import io.leasehold.state.lease.Workers;
import io.leasehold.state.run.Outcomes;
import io.restassured.RestAssured;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Does what a worker does, without running anything. */
@ApplicationScoped
public class TestWorker {
    private final Ledger ledger;
    private final Claims claims;
    private final Heartbeats heartbeats;
    private final Workers workers;
    private final Outcomes outcomes;
    private final Mutiny.SessionFactory sessions;

    TestWorker(
            Ledger ledger,
            Claims claims,
            Heartbeats heartbeats,
            Workers workers,
            Outcomes outcomes,
            Mutiny.SessionFactory sessions) {
        this.ledger = ledger;
        this.claims = claims;
        this.heartbeats = heartbeats;
        this.workers = workers;
        this.outcomes = outcomes;
        this.sessions = sessions;
    }

    /** Makes the ledger have nothing to do, so that a test meets only what it makes due itself. */
    public void beginsWithNothingDue() {
        ledger.update(
                """
                update stack set due = false, lease_id = null, lease_worker = null,
                    drift_checked_at = clock_timestamp(), not_before = null, hold_until = null
                """);
        // What ends by itself would make a stack of another test due in the middle of this one.
        ledger.update("update life set hold_until = null where hold_until is not null");
        ledger.update("update turn set queued = false where queued");
        ledger.update("update run set phase = 'FINISHED' where phase = 'ASKED'");
        ledger.update("delete from lost_run");
        registers("boot-1");
    }

    public void registers(String boot) {
        Ledger.await(() -> workers.register(new WorkerRegistration("w1", boot)));
    }

    /** Registers another worker, which claims. */
    public Claim otherClaims(String name) {
        Ledger.await(() -> workers.register(new WorkerRegistration(name, "boot-1")));
        return claim(
                        new ClaimRequest(
                                name, "boot-1", "request-" + UUID.randomUUID(), Lane.LIFECYCLE, 0))
                .orElseThrow();
    }

    public Claim mustClaim() {
        return claim("boot-1", "request-" + UUID.randomUUID(), Lane.LIFECYCLE, 0).orElseThrow();
    }

    public Optional<Claim> claimCheck() {
        return claim("boot-1", "request-" + UUID.randomUUID(), Lane.DRIFT, 0);
    }

    public Optional<Claim> claim(String boot, String request, Lane lane, long waitMillis) {
        return claim(new ClaimRequest("w1", boot, request, lane, waitMillis));
    }

    private Optional<Claim> claim(ClaimRequest request) {
        return Ledger.await(() -> claims.claim(request));
    }

    public HeartbeatReply beats(Claim claim, RunPhase phase) {
        return Ledger.await(
                () -> heartbeats.beat(claim.runId(), new HeartbeatRequest(lease(claim), phase)));
    }

    /** Writes a state with two allowed outputs and one that is not, as the run's tofu would. */
    public void writesState(Claim claim, long serial, String host) {
        Object lineage =
                ledger.value(
                        """
                        select lineage from state_version
                        where tenant_id = ? and incarnation = ? and stack = ? limit 1
                        """,
                        claim.stack().tenantId(),
                        claim.stack().incarnation(),
                        claim.stack().stack());
        String state =
                """
                {"version":4,"terraform_version":"1.11.0","serial":%d,"lineage":"%s","resources":[],"outputs":{
                "host":{"value":"%s","type":"string"},
                "password":{"value":"s3cret","type":"string","sensitive":true},
                "internal_only":{"value":true,"type":"bool"}}}
                """
                        .formatted(serial, lineage, host);
        writes(claim, state);
    }

    /** Writes a state by the credential of the run. */
    public void writes(Claim claim, String state) {
        RestAssured.given()
                .auth()
                .preemptive()
                .basic("run", Objects.requireNonNull(claim.credential()))
                .contentType("application/json")
                .body(state)
                .post("/state/" + claim.stack().key())
                .then()
                .statusCode(204);
    }

    public void succeeds(Claim claim) {
        ends(claim, OutcomeRequest.Result.SUCCEEDED, null);
    }

    /** Well, with a state of that MD5 as the last that it was told is stored. */
    public void succeedsWith(Claim claim, String stateMd5) {
        reports(
                claim.runId(),
                new OutcomeRequest(
                        lease(claim),
                        OutcomeRequest.Result.SUCCEEDED,
                        null,
                        null,
                        false,
                        new Delta(1, 0, 0),
                        "1.11.0",
                        stateMd5));
    }

    public void fails(Claim claim, String code) {
        ends(claim, OutcomeRequest.Result.FAILED, code);
    }

    /** Fails with what it shares with others. */
    public void fails(Claim claim, String code, Circumstances shared) {
        reports(
                claim.runId(),
                new OutcomeRequest(
                                lease(claim),
                                OutcomeRequest.Result.FAILED,
                                code,
                                "it failed",
                                true,
                                Delta.NONE,
                                "1.11.0")
                        .in(shared));
    }

    public void ends(Claim claim, OutcomeRequest.Result result, @Nullable String code) {
        reports(
                claim.runId(),
                new OutcomeRequest(
                        lease(claim),
                        result,
                        code,
                        code == null ? null : "it failed",
                        code != null,
                        new Delta(1, 0, 0),
                        "1.11.0"));
    }

    public void reports(String runId, OutcomeRequest outcome) {
        Ledger.await(
                () -> sessions.withTransaction(session -> outcomes.apply(session, runId, outcome)));
    }

    public static String lease(Claim claim) {
        return Objects.requireNonNull(claim.lease()).leaseId();
    }
}
