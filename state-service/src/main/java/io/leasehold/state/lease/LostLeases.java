package io.leasehold.state.lease;

import io.leasehold.ledger.api.WorkerRegistration;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.outbox.OutboxSignal;
import io.leasehold.state.run.Outcomes;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Ends runs whose worker is gone, so that their stacks can be claimed again. Each one is ended in a
 * transaction of its own; one that cannot be ended keeps no other from it. Safe to share, and safe
 * to run in several processes at once.
 */
@ApplicationScoped
public class LostLeases {
    private static final Logger LOGGER = Logger.getLogger(LostLeases.class);

    private final Mutiny.SessionFactory sessions;
    private final Outcomes outcomes;
    private final LeaseConfig config;
    private final Signal claims;
    private final OutboxSignal outbox;

    /** Wakes these when something was freed. */
    public LostLeases(
            Mutiny.SessionFactory sessions,
            Outcomes outcomes,
            LeaseConfig config,
            @Named(Startup.CLAIMS) Signal claims,
            OutboxSignal outbox) {
        this.sessions = sessions;
        this.outcomes = outcomes;
        this.config = config;
        this.claims = claims;
        this.outbox = outbox;
    }

    private interface Ending {
        Uni<Boolean> of(Mutiny.Session session, String runId);
    }

    /** Frees what expired longer ago than the grace, provided that service time is running. */
    Uni<Void> freeExpired() {
        return sessions.withSession(session ->
                        session.createNativeQuery(
                                        """
                                        select lease_run from stack
                                        where lease_id is not null
                                          and lease_until < clock_timestamp()
                                              - cast(:grace as bigint) * interval '1 millisecond'
                                          and exists (select 1 from pulse where beaten_at > clock_timestamp()
                                              - cast(:gap as bigint) * interval '1 millisecond')
                                        order by lease_until limit 100
                                        """,
                                        String.class)
                                .setParameter("grace", config.grace().toMillis())
                                .setParameter("gap", config.longestGap().toMillis())
                                .getResultList())
                .chain(runs -> free(runs, "expired", this::lost));
    }

    /** Frees what other boots of this worker hold: their sandboxes died with them. */
    Uni<Void> freeOlderBoots(WorkerRegistration worker) {
        return heldBy(worker, "lease_boot <> :boot")
                .chain(runs -> free(runs, "its worker started anew", this::lost))
                .chain(() -> freeChecks(worker));
    }

    /** Frees what this boot holds: it ended in order, and its sandboxes with it. */
    Uni<Void> freeBoot(WorkerRegistration worker) {
        return heldBy(worker, "lease_boot = :boot")
                .chain(runs -> free(runs, "its worker left", outcomes::left))
                .chain(() -> freeChecks(worker));
    }

    private Uni<Boolean> lost(Mutiny.Session session, String run) {
        return outcomes.lost(session, run, config.lossesTogether());
    }

    private Uni<List<String>> heldBy(WorkerRegistration worker, String boot) {
        return sessions.withSession(session ->
                session.createNativeQuery(
                                """
                                select lease_run from stack
                                where lease_id is not null and lease_worker = :name and
                                """
                                        + boot,
                                String.class)
                        .setParameter("name", worker.name())
                        .setParameter("boot", worker.bootId())
                        .getResultList());
    }

    /**
     * Its drift checks hold no lease, and would keep others from their stacks for as long as a
     * check may take. This boot has none yet, or none any more. All stacks are looked at: workers
     * seldom come and go.
     */
    private Uni<Void> freeChecks(WorkerRegistration worker) {
        return sessions.withTransaction(session ->
                session.createNativeQuery(
                                """
                                with mine as materialized (
                                    select s.tenant_id, s.incarnation, s.stack, s.drift_run from stack s
                                    join run r on r.run_id = s.drift_run
                                    where r.worker = :name and r.result is null
                                    for update of s skip locked
                                ), ended as (
                                    update run set phase = 'FINISHED', result = 'LOST', finished_at = clock_timestamp()
                                    where run_id in (select drift_run from mine) and result is null
                                )
                                update stack s set drift_run = null, drift_run_until = null from mine m
                                where s.tenant_id = m.tenant_id and s.incarnation = m.incarnation and s.stack = m.stack
                                """)
                        .setParameter("name", worker.name())
                        .executeUpdate()
                        .replaceWithVoid());
    }

    private Uni<Void> free(List<String> runs, String why, Ending ending) {
        if (runs.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return Multi.createFrom()
                .iterable(runs)
                .onItem()
                .transformToUniAndConcatenate(run ->
                        sessions.withTransaction(session -> ending.of(session, run))
                                .invoke(freed -> {
                                    if (freed) {
                                        LOGGER.warnf("lease lost runId=%s reason=%s", run, why);
                                    }
                                })
                                .onFailure()
                                .recoverWithItem(failure -> {
                                    // Met again by the next look, and never in the others' way.
                                    LOGGER.warnf(
                                            "lost lease not freed runId=%s reason=%s",
                                            run, failure.getMessage());
                                    return false;
                                }))
                .collect()
                .asList()
                .invoke(_ -> {
                    claims.wake();
                    outbox.wakeAll();
                })
                .replaceWithVoid();
    }
}
