package io.leasehold.state.breaker;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import org.hibernate.reactive.mutiny.Mutiny;

/** The statements on failures that may be alike. All join the caller's transaction. */
@ApplicationScoped
class FailureRows {
    /** So many of the newest failures, and of the newest runs, are looked at at most. */
    private static final int MOST = 1000;

    private static final String ALIKE =
            """
            with alike as materialized (
                select tenant_id, module_digest, failed_at from breaker_failure
                where kind = :kind and key = :key
                  and failed_at > clock_timestamp() - cast(:window as bigint) * interval '1 millisecond'
                order by failed_at desc limit :most
            ), counted as materialized (
                select count(*) as failures, count(distinct tenant_id) as tenants,
                    (select failed_at from alike order by failed_at desc offset cast(:failures as int) - 1 limit 1)
                        as since
                from alike
            ), newest as (
                select r.* from counted c cross join lateral (
                    select * from run where run_id > run_id_from(c.since - interval '15 minutes')
                    order by run_id desc limit :most) r
                where c.since is not null and c.tenants >= :tenants
                  and r.result = 'SUCCEEDED' and r.finished_at >= c.since and r.kind in ('APPLY', 'DESTROY')
            ), well as (
                select 1 from newest r
                join life l on l.tenant_id = r.tenant_id and l.incarnation = r.incarnation
                join stack_revision v on v.tenant_id = r.tenant_id and v.incarnation = r.incarnation
                    and v.stack = r.stack and v.revision = r.revision
                where v.module_digest in (select module_digest from alike)
                  and (:kind = 'PROVIDER' and r.credentials = :credentials
                          and coalesce(l.spec ->> 'region', '') = :region
                      or :kind = 'MODULE' and r.kind = :runKind)
                limit :failures
            )
            select cast(failures as int) as failures, cast(tenants as int) as tenants,
                cast((select count(*) from well) as int) as successes
            from counted
            """;

    private final BreakerConfig config;

    FailureRows(BreakerConfig config) {
        this.config = config;
    }

    /**
     * Where a run's failure belongs.
     *
     * @param module digest of what it was made of
     * @param region of the tenant; empty when it has none
     */
    record Place(String module, String region) {}

    /**
     * Finds it, and has others that fail alike wait until the transaction ends, so that each counts
     * those before it.
     */
    Uni<Place> place(Mutiny.Session session, String runId, String alike) {
        return session.createNativeQuery(
                        """
                        select cast(pg_advisory_xact_lock(hashtextextended('breaker:' || :alike, 0)) as text) as locked,
                            coalesce(case when r.kind = 'DESTROY' then a.module_digest end, v.module_digest, '')
                                as module,
                            coalesce(l.spec ->> 'region', '') as region
                        from run r
                        join life l on l.tenant_id = r.tenant_id and l.incarnation = r.incarnation
                        left join stack_revision v on v.tenant_id = r.tenant_id
                            and v.incarnation = r.incarnation and v.stack = r.stack and v.revision = r.revision
                        left join stack_applied a on a.tenant_id = r.tenant_id
                            and a.incarnation = r.incarnation and a.stack = r.stack
                        where r.run_id = :run
                        """,
                        Tuple.class)
                .setParameter("alike", alike)
                .setParameter("run", runId)
                .getSingleResult()
                .map(row ->
                        new Place(
                                row.get("module", String.class), row.get("region", String.class)));
    }

    /** Keeps it as long as it counts. */
    Uni<Void> keep(Mutiny.Session session, Signature alike, BreakerRows.Cause cause) {
        return session.createNativeQuery(
                        """
                        insert into breaker_failure (run_id, kind, key, tenant_id, module_digest, failed_at)
                        values (:run, :kind, :key, :tenant, :module, clock_timestamp())
                        on conflict do nothing
                        """)
                .setParameter("run", cause.runId())
                .setParameter("kind", alike.kind().name())
                .setParameter("key", alike.key())
                .setParameter("tenant", cause.tenantId())
                .setParameter("module", cause.module())
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Counts what is alike within the window. */
    Uni<BreakerDecider.Alike> count(Mutiny.Session session, Signature alike) {
        return session.createNativeQuery(ALIKE, Tuple.class)
                .setParameter("kind", alike.kind().name())
                .setParameter("key", alike.key())
                .setParameter("window", config.window().toMillis())
                .setParameter("most", MOST)
                .setParameter("failures", config.failures())
                .setParameter("tenants", config.tenants())
                .setParameter("credentials", alike.credentials())
                .setParameter("region", alike.region())
                .setParameter("runKind", alike.runKind())
                .getSingleResult()
                .map(row ->
                        new BreakerDecider.Alike(
                                row.get("failures", Integer.class),
                                row.get("tenants", Integer.class),
                                row.get("successes", Integer.class)));
    }

    /** Forgets what does not count any more, and breakers that closed long ago. */
    Uni<Void> forget(Mutiny.Session session) {
        return session.createNativeQuery(
                        """
                        delete from breaker_failure
                        where failed_at < clock_timestamp() - cast(:window as bigint) * interval '1 millisecond'
                        """)
                .setParameter("window", config.window().toMillis())
                .executeUpdate()
                .chain(() ->
                        session.createNativeQuery(
                                        """
                                        delete from breaker where phase = 'CLOSED' and closed_at < clock_timestamp()
                                            - cast(:keep as bigint) * interval '1 millisecond'
                                        """)
                                .setParameter("keep", config.keep().toMillis())
                                .executeUpdate())
                .replaceWithVoid();
    }
}
