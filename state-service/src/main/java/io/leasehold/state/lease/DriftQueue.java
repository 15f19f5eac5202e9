package io.leasehold.state.lease;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.state.Ids;
import io.leasehold.state.access.RunCredentials;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Hands out stacks whose turn it is to be checked for drift, the longest unchecked first. A check
 * holds no lease: real work takes the stack at any time, and a check that is lost is handed out
 * again after a while. Safe to share.
 */
@ApplicationScoped
public class DriftQueue {
    /**
     * Stacks that want no checks, or whose inputs cannot be opened, are passed over, so many in one
     * look.
     */
    private static final int MOST_STEPS = 50;

    /**
     * The longest unchecked of those that could be checked: the head of an index that has no
     * others. The time is compared with the statement's, which an index can be searched by.
     */
    static final String NEXT =
            """
            select s.tenant_id, s.incarnation, s.stack, 'DRIFT' as kind,
                   a.generation, a.revision, 1 as attempt, a.blueprint_name, a.blueprint_version,
                   a.module_digest, a.inputs, cast(a.endpoints as text) as endpoints,
                   false as direct, false as interrupted, false as planned, s.state_version, a.timeout_millis, l.traceparent,
                   coalesce(a.policy ->> 'drift', 'report') = 'off' as off
            from stack s
            join life l on l.tenant_id = s.tenant_id and l.incarnation = s.incarnation
            join stack_applied a on a.tenant_id = s.tenant_id and a.incarnation = s.incarnation
                and a.stack = s.stack
            where s.wanted and s.applied_revision > 0 and s.applied_revision = s.revision
              and not s.due and not s.destroyed and s.lease_id is null
              and l.lifecycle <> 'deleted'
              and (s.hold_code is null or s.hold_until <= clock_timestamp())
              and coalesce(s.drift_checked_at, timestamptz '-infinity') < statement_timestamp()
                  - cast(:interval as bigint) * interval '1 millisecond'
              and (s.drift_run is null or s.drift_run_until < clock_timestamp())
              and not exists (select 1 from state_lock k where k.tenant_id = s.tenant_id
                  and k.incarnation = s.incarnation and k.stack = s.stack)
            order by coalesce(s.drift_checked_at, timestamptz '-infinity') limit 1
            for update of s skip locked
            """;

    private final DriftConfig config;
    private final Ids ids;
    private final SealedInputs sealed;
    private final RunCredentials credentials;

    /** Paces checks by {@code config}. */
    DriftQueue(DriftConfig config, Ids ids, SealedInputs sealed, RunCredentials credentials) {
        this.config = config;
        this.ids = ids;
        this.sealed = sealed;
        this.credentials = credentials;
    }

    /** Takes one stack, or nothing when all were checked within the interval. */
    Uni<Take> take(Mutiny.Session session, ClaimRequest request) {
        return take(session, request, 1);
    }

    private Uni<Take> take(Mutiny.Session session, ClaimRequest request, int step) {
        return next(session)
                .chain(row ->
                        row.isEmpty()
                                ? Uni.createFrom().<Take>item(new Take.Nothing())
                                : take(session, request, row.get(), step));
    }

    private Uni<Take> take(Mutiny.Session session, ClaimRequest request, Tuple row, int step) {
        DueRun due = DueRun.of(row);
        if (!row.get("off", Boolean.class)) {
            return sealed.openOr(session, due, _ -> passed(session, due))
                    .chain(opened ->
                            opened.isEmpty()
                                    ? further(session, request, MOST_STEPS)
                                    : begin(session, request, due, opened.get())
                                            .map(Take.Given::new));
        }
        return passed(session, due).chain(() -> further(session, request, step));
    }

    private Uni<Take> further(Mutiny.Session session, ClaimRequest request, int step) {
        return step == MOST_STEPS
                ? Uni.createFrom().item(new Take.Unfinished(Turns.Reached.NOTHING))
                : take(session, request, step + 1);
    }

    private Uni<Optional<Tuple>> next(Mutiny.Session session) {
        return session.createNativeQuery(NEXT, Tuple.class)
                .setParameter("interval", config.interval().toMillis())
                .getSingleResultOrNull()
                .map(Optional::ofNullable);
    }

    /** Puts a stack behind all others, or every look would meet it first. */
    private static Uni<Void> passed(Mutiny.Session session, DueRun due) {
        return session.createNativeQuery(
                        """
                        update stack set drift_checked_at = clock_timestamp()
                        where tenant_id = :tenant and incarnation = :incarnation and stack = :stack
                        """)
                .setParameter("tenant", due.stack().tenantId())
                .setParameter("incarnation", due.stack().incarnation())
                .setParameter("stack", due.stack().stack())
                .executeUpdate()
                .replaceWithVoid();
    }

    private Uni<Claim> begin(
            Mutiny.Session session, ClaimRequest request, DueRun due, SealedInputs.Opened opened) {
        String runId = ids.next();
        RunCredentials.Made made = credentials.make(runId);
        return session.createNativeQuery(
                        """
                        with lost as (
                            update run set phase = 'FINISHED', result = 'LOST', finished_at = clock_timestamp()
                            where result is null and run_id = (select drift_run from stack
                                where tenant_id = :tenant and incarnation = :incarnation and stack = :stack)
                        ), claimed as (
                            update stack set drift_run = :run,
                                drift_run_until = clock_timestamp()
                                    + cast(:ttl as bigint) * interval '1 millisecond'
                            where tenant_id = :tenant and incarnation = :incarnation and stack = :stack
                        )
                        insert into run (run_id, tenant_id, incarnation, stack, kind, phase, generation,
                            revision, attempt, blueprint_name, blueprint_version, worker, state_version,
                            traceparent, credential, started_at)
                        values (:run, :tenant, :incarnation, :stack, 'DRIFT', 'CLAIMED', :generation, :revision,
                            1, :blueprint, :version, :worker, :state, cast(:traceparent as text),
                            cast(:credential as bytea), clock_timestamp())
                        """)
                .setParameter("run", runId)
                .setParameter("ttl", config.claimTime().toMillis())
                .setParameter("tenant", due.stack().tenantId())
                .setParameter("incarnation", due.stack().incarnation())
                .setParameter("stack", due.stack().stack())
                .setParameter("generation", due.generation())
                .setParameter("revision", due.revision())
                .setParameter("blueprint", due.blueprint())
                .setParameter("version", due.blueprintVersion())
                .setParameter("worker", request.worker())
                .setParameter("state", due.stateVersion())
                .setParameter("traceparent", due.traceparent())
                .setParameter("credential", made.digest())
                .executeUpdate()
                .map(_ -> due.claim(runId, null, opened).with(made.credential()));
    }
}
