package io.leasehold.state.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.HeartbeatReply;
import io.leasehold.ledger.api.HeartbeatRequest;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.WorkerRegistration;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.state.TestWorker;
import io.leasehold.state.lease.Claims;
import io.leasehold.state.lease.Heartbeats;
import io.leasehold.state.lease.TestPulse;
import io.leasehold.state.lease.Workers;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.run.Outcomes;
import io.leasehold.state.simulation.Action.Ending;
import io.restassured.RestAssured;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The running service as the world sees it. Its input is two topics of its own. */
@ApplicationScoped
class DatabaseLedger implements LedgerDoor {
    private final Ledger rows;
    private final Workers workers;
    private final Claims claims;
    private final Heartbeats heartbeats;
    private final Outcomes outcomes;
    private final TestPulse pulse;
    private final Mutiny.SessionFactory sessions;
    private final Map<String, String> credentials = new HashMap<>();
    private List<TestUpstream> input = List.of();

    DatabaseLedger(
            Ledger rows,
            Workers workers,
            Claims claims,
            Heartbeats heartbeats,
            Outcomes outcomes,
            TestPulse pulse,
            Mutiny.SessionFactory sessions) {
        this.rows = rows;
        this.workers = workers;
        this.claims = claims;
        this.heartbeats = heartbeats;
        this.outcomes = outcomes;
        this.pulse = pulse;
        this.sessions = sessions;
    }

    /** Nothing is due, no worker was lost, and the input is new. */
    void begins() {
        rows.update("update stack set due = false, lease_id = null, lease_worker = null");
        rows.update("update run set phase = 'FINISHED' where phase = 'ASKED'");
        rows.update("delete from lost_run");
        List<TestUpstream> topics = new ArrayList<>();
        for (int i = 0; i < World.PARTITIONS; i++) {
            topics.add(new TestUpstream());
        }
        input = topics;
    }

    /** The topic of a partition of the input. */
    String topic(int partition) {
        return input.get(partition).topic();
    }

    @Override
    public Optional<Disposition> take(LogRecord record) {
        TestUpstream upstream = input.get(record.partition());
        upstream.goesTo(record.offset());
        upstream.believesTheLedgerAt(record.offset());
        ObjectNode data = record.data();
        String said =
                upstream.dispositions(
                                data == null
                                        ? upstream.refused("JSON_MALFORMED")
                                        : upstream.item(data))
                        .getFirst();
        Disposition disposition = Disposition.valueOf(said);
        return disposition == Disposition.BEHIND ? Optional.empty() : Optional.of(disposition);
    }

    @Override
    public void register(String worker, String boot) {
        Ledger.await(() -> workers.register(new WorkerRegistration(worker, boot)));
    }

    @Override
    public Claimed claim(String worker, String boot, String request) {
        ClaimRequest asked = new ClaimRequest(worker, boot, request, Lane.LIFECYCLE, 0);
        return unlessRefused(() -> Ledger.await(() -> claims.claim(asked)))
                .map(claim -> new Claimed(true, claim.map(this::given)))
                .orElse(Claimed.NOT_REGISTERED);
    }

    private Given given(Claim claim) {
        credentials.put(claim.runId(), Objects.requireNonNull(claim.credential()));
        Object serial =
                rows.value(
                        """
                        select serial from state_version
                        where tenant_id = ? and incarnation = ? and stack = ? and kind <> 'ORPHAN'
                        order by version desc limit 1
                        """,
                        claim.stack().tenantId(),
                        claim.stack().incarnation(),
                        claim.stack().stack());
        return new Given(
                claim.runId(),
                TestWorker.lease(claim),
                claim.stack(),
                claim.kind(),
                claim.revision(),
                LeaseTables.FIRST,
                claim.inputs().toString(),
                serial instanceof Number number ? number.longValue() : 0);
    }

    @Override
    public Optional<HeartbeatReply> beat(Given run, RunPhase phase) {
        return unlessRefused(() ->
                Ledger.await(() ->
                        heartbeats.beat(run.runId(), new HeartbeatRequest(run.leaseId(), phase))));
    }

    @Override
    public boolean write(Given run, long serial, @Nullable String host) {
        StackRef stack = run.stack();
        Object lineage =
                rows.value(
                        "select lineage from state_version where tenant_id = ? and incarnation = ?"
                                + " and stack = ? limit 1",
                        stack.tenantId(),
                        stack.incarnation(),
                        stack.stack());
        String outputs =
                host == null
                        ? ""
                        : "\"host\":{\"value\":\"%s\",\"type\":\"string\"}".formatted(host);
        String state =
                """
                {"version":4,"terraform_version":"1.11.0","serial":%d,"lineage":"%s","resources":[],
                "outputs":{%s}}
                """
                        .formatted(serial, lineage, outputs);
        int status =
                post(stack, "run", Objects.requireNonNull(credentials.get(run.runId())), state);
        // A run's credential dies with its lease; what it still has is handed in by its worker.
        return (status == 401 || status == 403 ? handIn(run, stack, state) : status) == 204;
    }

    private static int post(StackRef stack, String user, String password, String state) {
        return RestAssured.given()
                .auth()
                .preemptive()
                .basic(user, password)
                .contentType("application/json")
                .body(state)
                .post("/state/" + stack.key())
                .statusCode();
    }

    private static int handIn(Given run, StackRef stack, String state) {
        return RestAssured.given()
                .auth()
                .preemptive()
                .basic("worker", TestTokens.WORKER)
                .header(Paths.LEASE_HEADER, run.leaseId())
                .contentType("application/json")
                .body(state)
                .post("/state/" + stack.key())
                .statusCode();
    }

    @Override
    public boolean end(Given run, Ending ending, boolean dropped) {
        OutcomeRequest outcome = outcome(run, ending, dropped);
        return unlessRefused(() ->
                        Ledger.await(() ->
                                sessions.withTransaction(
                                        session -> outcomes.apply(session, run.runId(), outcome))))
                .isPresent();
    }

    private static OutcomeRequest outcome(Given run, Ending ending, boolean dropped) {
        OutcomeRequest.Result result =
                switch (ending) {
                    case SUCCESS -> OutcomeRequest.Result.SUCCEEDED;
                    case NETWORK, AUTHZ -> OutcomeRequest.Result.FAILED;
                };
        boolean fails = ending != Ending.SUCCESS && !dropped;
        return new OutcomeRequest(
                run.leaseId(),
                dropped ? OutcomeRequest.Result.DROPPED : result,
                fails ? ending.name() : null,
                fails ? "it failed" : null,
                ending == Ending.NETWORK,
                Delta.NONE,
                "1.11.0");
    }

    @Override
    public void expire(Given run) {
        pulse.beats();
        rows.update(
                "update stack set lease_until = clock_timestamp() - interval '10 seconds' where"
                        + " lease_id = ?",
                run.leaseId());
        pulse.beats();
    }

    @Override
    public void standStill() {
        rows.update("update stack set not_before = null where not_before is not null");
        rows.update(
                "update stack set lease_until = clock_timestamp() + interval '1 hour'"
                        + " where lease_id is not null");
    }

    @Override
    public void replay(StackRef stack) {
        throw new UnsupportedOperationException("replays of " + stack + " are not played here");
    }

    private static <T> Optional<T> unlessRefused(Supplier<T> work) {
        try {
            return Optional.of(work.get());
        } catch (Refusal refusal) {
            return Optional.empty();
        }
    }
}
