package io.leasehold.state.lease;

import io.leasehold.ledger.api.HeartbeatReply;
import io.leasehold.ledger.api.HeartbeatRequest;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.outbox.OutboxSignal;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.run.Runs;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Extends leases and notes the phases of runs. Safe to share. */
@ApplicationScoped
public class Heartbeats {
    private final Mutiny.SessionFactory sessions;
    private final LeaseConfig config;
    private final Pulse pulse;
    private final Runs runs;
    private final OutboxSignal outbox;

    /** Tells of phases through {@code runs}. */
    public Heartbeats(
            Mutiny.SessionFactory sessions,
            LeaseConfig config,
            Pulse pulse,
            Runs runs,
            OutboxSignal outbox) {
        this.sessions = sessions;
        this.config = config;
        this.pulse = pulse;
        this.runs = runs;
        this.outbox = outbox;
    }

    /** Extends the run's lease by its phase; refuses with LEASE_LOST when it is gone. */
    public Uni<HeartbeatReply> beat(String runId, HeartbeatRequest request) {
        return once(runId, request)
                .chain(beat -> {
                    if (beat.isPresent()) {
                        return Uni.createFrom().item(beat);
                    }
                    return pulse.beat().chain(() -> once(runId, request));
                })
                .map(beat -> beat.orElseThrow(() -> lost(runId)))
                .invoke(beat -> {
                    if (beat.entered()) {
                        outbox.wake(beat.tenantId());
                    }
                })
                .map(Beat::reply);
    }

    /**
     * @param entered the run entered a phase, and others are told
     */
    private record Beat(HeartbeatReply reply, boolean entered, String tenantId) {}

    /** Empty when service time stood still and must be made up for first. */
    private Uni<Optional<Beat>> once(String runId, HeartbeatRequest request) {
        return sessions.withTransaction(session ->
                find(session, runId, request)
                        .chain(held ->
                                held == null
                                        ? Uni.createFrom().failure(lost(runId))
                                        : judge(session, held, request)));
    }

    private Uni<Optional<Beat>> judge(Mutiny.Session session, Held held, HeartbeatRequest request) {
        LeaseVerdict verdict =
                LeaseVerdict.of(
                        held.leaseId().equals(request.leaseId()),
                        held.remainingMillis(),
                        held.pulseAgeMillis(),
                        config.longestGap().toMillis());
        return switch (verdict) {
            case LOST -> Uni.createFrom().failure(lost(held.runId()));
            case UNSURE -> Uni.createFrom().item(Optional.empty());
            case LIVE -> extend(session, held, request.phase()).map(Optional::of);
        };
    }

    private Uni<Beat> extend(Mutiny.Session session, Held held, RunPhase phase) {
        // Judged by the phase it is in, not the one it asks for: entering the apply is the last
        // look.
        HeartbeatReply.Instruction instruction = HeartbeatDecider.decide(held.situation());
        // A heartbeat that was overtaken by a later one does not take the run back, and one that
        // is told to drop its plan does not get to apply it.
        boolean entered =
                phase.compareTo(held.phase()) > 0
                        && instruction == HeartbeatReply.Instruction.CONTINUE;
        RunPhase reached = entered ? phase : held.phase();
        return session.createNativeQuery(
                        """
                        update stack set
                            lease_until = greatest(lease_until,
                                service.now + cast(:ttl as bigint) * interval '1 millisecond'),
                            lease_beaten_at = clock_timestamp(),
                            lease_phase = :phase,
                            apply_started = apply_started or :applying
                        from (select greatest(clock_timestamp(), beaten_at) as now from pulse) service
                        where tenant_id = :tenant and incarnation = :incarnation and stack = :stack
                        returning cast(extract(epoch from lease_until - service.now) * 1000 as bigint)
                        """,
                        Long.class)
                .setParameter("ttl", config.ttl(reached).toMillis())
                .setParameter("phase", reached.name())
                .setParameter("applying", reached == RunPhase.APPLYING)
                .setParameter("tenant", held.stack().tenantId())
                .setParameter("incarnation", held.stack().incarnation())
                .setParameter("stack", held.stack().stack())
                .getSingleResult()
                .call(() ->
                        entered
                                ? runs.entered(session, held.runId(), reached)
                                : Uni.createFrom().voidItem())
                .map(remaining ->
                        new Beat(
                                new HeartbeatReply(remaining, instruction),
                                entered,
                                held.stack().tenantId()));
    }

    /**
     * Locks the stack, then reads: what waited for the row would see the life and the run as they
     * were before whoever held it, and might let an apply begin on a tenant that was suspended.
     */
    private static Uni<@Nullable Held> find(
            Mutiny.Session session, String runId, HeartbeatRequest request) {
        return session.createNativeQuery(
                        """
                        select s.lease_id
                        from run r
                        join stack s on s.tenant_id = r.tenant_id and s.incarnation = r.incarnation
                            and s.stack = r.stack
                        where r.run_id = :run and s.lease_run = :run and s.lease_id = :lease
                        for update of s
                        """,
                        String.class)
                .setParameter("run", runId)
                .setParameter("lease", request.leaseId())
                .getSingleResultOrNull()
                .chain(lease -> lease == null ? Uni.createFrom().nullItem() : read(session, runId));
    }

    private static Uni<@Nullable Held> read(Mutiny.Session session, String runId) {
        return session.createNativeQuery(
                        """
                        select s.tenant_id, s.incarnation, s.stack, s.revision as wanted_revision, s.wanted,
                               case when r.cancel_at is not null then 'CANCELLED'
                                   when r.kind = 'STATE' then null
                                   when s.hold_until is null or s.hold_until > clock_timestamp()
                                   then s.hold_code end as hold_code,
                               s.replans, s.lease_id,
                               cast(extract(epoch from s.lease_until - clock_timestamp()) * 1000 as bigint)
                                   as remaining,
                               (select cast(extract(epoch from clock_timestamp() - beaten_at) * 1000 as bigint)
                                   from pulse) as pulse_age,
                               l.lifecycle, r.kind, r.phase, r.revision as run_revision
                        from run r
                        join stack s on s.tenant_id = r.tenant_id and s.incarnation = r.incarnation
                            and s.stack = r.stack
                        join life l on l.tenant_id = s.tenant_id and l.incarnation = s.incarnation
                        where r.run_id = :run
                        """,
                        Tuple.class)
                .setParameter("run", runId)
                .getSingleResultOrNull()
                .map(row -> row == null ? null : Held.of(runId, row));
    }

    private static Refusal lost(String runId) {
        return new Refusal(
                409,
                "LEASE_LOST",
                "Run " + runId + " does not hold its stack any more: stop it and close its doors.");
    }

    private record Held(
            String runId,
            StackRef stack,
            RunKind kind,
            RunPhase phase,
            String leaseId,
            long remainingMillis,
            long pulseAgeMillis,
            long runRevision,
            long wantedRevision,
            boolean wanted,
            String lifecycle,
            @Nullable String holdCode,
            int replans) {

        static Held of(String runId, Tuple row) {
            return new Held(
                    runId,
                    new StackRef(
                            row.get("tenant_id", String.class),
                            row.get("incarnation", Integer.class),
                            row.get("stack", String.class)),
                    RunKind.valueOf(row.get("kind", String.class)),
                    RunPhase.valueOf(row.get("phase", String.class)),
                    row.get("lease_id", String.class),
                    row.get("remaining", Long.class),
                    row.get("pulse_age", Long.class),
                    row.get("run_revision", Long.class),
                    row.get("wanted_revision", Long.class),
                    row.get("wanted", Boolean.class),
                    row.get("lifecycle", String.class),
                    row.get("hold_code", String.class),
                    row.get("replans", Integer.class));
        }

        HeartbeatDecider.Situation situation() {
            return new HeartbeatDecider.Situation(
                    kind, phase, runRevision, wantedRevision, wanted, lifecycle, holdCode, replans);
        }
    }
}
