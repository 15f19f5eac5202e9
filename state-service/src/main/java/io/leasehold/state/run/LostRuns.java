package io.leasehold.state.run;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.retention.Batch;
import io.leasehold.state.retention.RetentionConfig;
import io.leasehold.state.retention.Sweep;
import io.leasehold.state.retention.Swept;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Duration;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Which runs were lost, by when their workers were last heard of. What ends a worker, or its whole
 * machine, is lost together with all that was there; so only losses that are clearly apart from
 * each loss of a stack speak for its runs. Statements join the caller's transaction. Safe to share.
 */
@ApplicationScoped
class LostRuns implements Sweep {
    /** So long a loss counts, and is kept. */
    private static final Duration KEPT = Duration.ofDays(1);

    /** Losses of others count within the time in which one trouble may last. */
    private static final String LATELY = "interval '10 minutes'";

    private static final String TOGETHER = "cast(:together as bigint) * interval '1 millisecond'";

    private static final String OF_STACK =
            " tenant_id = :tenant and incarnation = :incarnation and stack = :stack ";

    /**
     * The times between this stack's losses are looked at one by one, so that however many were
     * lost with it at once are never read.
     */
    static final String NOTE =
            """
            with this as materialized (
                select lease_beaten_at as beaten_at from stack where {of-stack} and lease_run = :run
            ), edges as (
                select statement_timestamp() - {lately} - {together} as at
                union all select beaten_at from this
                union all select beaten_at from lost_run
                    where {of-stack} and beaten_at > statement_timestamp() - {lately} - {together}
            ), gaps as (
                select at + {together} as since,
                    coalesce(lead(at) over (order by at) - {together}, 'infinity') as until
                from edges
            ), others as materialized (
                select exists (select 1 from gaps g where exists (
                    select 1 from lost_run o where o.beaten_at > g.since and o.beaten_at < g.until)) as too
            ), noted as (
                insert into lost_run (run_id, tenant_id, incarnation, stack, revision, beaten_at, counted)
                select :run, :tenant, :incarnation, :stack, :revision, this.beaten_at, not others.too
                from this, others
            ), before as (
                select count(*) as times, count(*) filter (where counted) as counted from lost_run
                where {of-stack} and revision = :revision
                  and beaten_at > statement_timestamp() - cast(:kept as bigint) * interval '1 millisecond'
            )
            select cast(times + 1 as int) as times, cast(counted as int) as counted, too
            from before, others
            """
                    .replace("{of-stack}", OF_STACK)
                    .replace("{lately}", LATELY)
                    .replace("{together}", TOGETHER);

    private final Batch batch;

    LostRuns(RetentionConfig config) {
        this.batch = Batch.byAge("lost_run", "run_id", "beaten_at", config);
    }

    /**
     * Keeps that this run was lost, and gives what is known of such losses. Its stack is still
     * leased to it, and was beaten.
     *
     * @param together heartbeats of one machine end within this
     */
    Uni<RetryDecider.Loss> note(Mutiny.Session session, EndingRun run, Duration together) {
        StackRef stack = run.row().stack();
        return session.createNativeQuery(NOTE, Tuple.class)
                .setParameter("run", run.row().runId())
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack())
                .setParameter("revision", run.row().revision())
                .setParameter("kept", KEPT.toMillis())
                .setParameter("together", together.toMillis())
                .getSingleResult()
                .map(row ->
                        new RetryDecider.Loss(
                                run.attempts(),
                                row.get("counted", Integer.class),
                                row.get("times", Integer.class),
                                row.get("too", Boolean.class),
                                run.newer()));
    }

    /**
     * Lets a stack begin anew: no loss before counts against it. What was lost then stays known,
     * for others and of the stack itself.
     */
    Uni<Void> forgive(Mutiny.Session session, StackRef stack) {
        return session.createNativeQuery("update lost_run set revision = 0 where " + OF_STACK)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack())
                .executeUpdate()
                .replaceWithVoid();
    }

    @Override
    public String name() {
        return "lost-runs";
    }

    @Override
    public Uni<Swept> sweep(Mutiny.Session session, String from, Instant now) {
        return batch.run(session, from, now, KEPT);
    }
}
