package io.leasehold.state.breaker;

import io.leasehold.ledger.api.StackRef;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/** The statements on breakers that are not closed. All join the caller's transaction. */
@ApplicationScoped
class BreakerRows {
    private static final Logger LOGGER = Logger.getLogger(BreakerRows.class);

    private static final String SELECT =
            """
            select b.breaker_id, b.kind, b.phase, b.provider, b.credentials, b.region, b.run_kind,
                b.fingerprint, b.modules, b.code, b.failures, b.tenants, b.wait_millis,
                b.open_until <= clock_timestamp() as over
            from breaker b
            """;

    private static final String PASSES = " interval '1 millisecond' ";

    /** A run that failed. */
    record Cause(String runId, String tenantId, String module, String code) {}

    /**
     * One that is not closed.
     *
     * @param modules whose stacks it covers
     * @param pause from when it opened to when one may try
     * @param over that time has come
     */
    record Row(
            String id,
            Signature signature,
            BreakerDecider.Phase phase,
            List<String> modules,
            String code,
            int failures,
            int tenants,
            Duration pause,
            boolean over) {

        private static Row of(Tuple row) {
            return new Row(
                    row.get("breaker_id", String.class),
                    Signature.of(row),
                    BreakerDecider.Phase.valueOf(row.get("phase", String.class)),
                    List.of(row.get("modules", String.class).split(",")),
                    row.get("code", String.class),
                    row.get("failures", Integer.class),
                    row.get("tenants", Integer.class),
                    Duration.ofMillis(row.get("wait_millis", Long.class)),
                    row.get("over", Boolean.class));
        }

        /** Why a stack is held, for people. */
        String why() {
            return reason(signature, code, failures, tenants);
        }
    }

    /** Why a stack is held, for people; the breaker's id and when one tries stand beside it. */
    static String reason(Signature of, String code, int failures, int tenants) {
        return "%d runs of %d tenants failed alike with %s (%s); one run at a time tries it (leasehold breakers)"
                .formatted(failures, tenants, code, of.words());
    }

    /** The one of these failures, locked. */
    Uni<Optional<Row>> find(Mutiny.Session session, Signature alike) {
        return session.createNativeQuery(
                        SELECT
                                + "where b.kind = :kind and b.key = :key and b.phase <> 'CLOSED' for update",
                        Tuple.class)
                .setParameter("kind", alike.kind().name())
                .setParameter("key", alike.key())
                .getSingleResultOrNull()
                .map(row -> row == null ? Optional.empty() : Optional.of(Row.of(row)));
    }

    /** All that are not closed. */
    Uni<List<Row>> all(Mutiny.Session session) {
        return all(session, "");
    }

    /** All that are not closed, locked. */
    Uni<List<Row>> lockAll(Mutiny.Session session) {
        return all(session, " for update");
    }

    private static Uni<List<Row>> all(Mutiny.Session session, String locked) {
        return session.createNativeQuery(
                        SELECT + "where b.phase <> 'CLOSED' order by b.breaker_id" + locked,
                        Tuple.class)
                .getResultList()
                .map(rows -> rows.stream().map(Row::of).toList());
    }

    /** Opens one. */
    Uni<Void> open(
            Mutiny.Session session,
            String id,
            Signature of,
            Cause cause,
            BreakerDecider.Alike alike,
            Duration wait) {
        return session.createNativeQuery(
                        """
                        insert into breaker (breaker_id, kind, key, phase, code, seen_run, failures, tenants,
                            provider, credentials, region, run_kind, fingerprint, modules, opened_at, open_until,
                            wait_millis)
                        values (:id, :kind, :key, 'OPEN', :code, :run, :failures, :tenants, :provider, :credentials,
                            :region, :runKind, :fingerprint,
                            (select string_agg(distinct module_digest, ',') from breaker_failure
                                where kind = :kind and key = :key),
                            clock_timestamp(), clock_timestamp() + cast(:wait as bigint) * {pass}, :wait)
                        """
                                .replace("{pass}", PASSES))
                .setParameter("id", id)
                .setParameter("kind", of.kind().name())
                .setParameter("key", of.key())
                .setParameter("code", cause.code())
                .setParameter("run", cause.runId())
                .setParameter("failures", alike.failures())
                .setParameter("tenants", alike.tenants())
                .setParameter("provider", of.provider())
                .setParameter("credentials", of.credentials())
                .setParameter("region", of.region())
                .setParameter("runKind", of.runKind())
                .setParameter("fingerprint", of.fingerprint())
                .setParameter("wait", wait.toMillis())
                .executeUpdate()
                .replaceWithVoid();
    }

    /** One that opened covers a further module, and this failure was seen last. */
    Uni<Void> covers(Mutiny.Session session, Row breaker, Cause cause) {
        return session.createNativeQuery(
                        """
                        update breaker set seen_run = :run,
                            modules = case when cast(:module as text) = any (string_to_array(modules, ',')) then modules
                                else modules || ',' || :module end
                        where breaker_id = :id
                        """)
                .setParameter("run", cause.runId())
                .setParameter("module", cause.module())
                .setParameter("id", breaker.id())
                .executeUpdate()
                .replaceWithVoid();
    }

    /**
     * The run that tried failed: the next one does after twice the time, {@code longest} at most.
     */
    Uni<Void> reopen(Mutiny.Session session, Row breaker, Duration longest) {
        Duration wait = BreakerDecider.doubled(breaker.pause(), longest);
        LOGGER.warnf(
                "breaker stays open breaker=%s of=%s waits=%s",
                breaker.id(), breaker.signature().words(), wait);
        return session.createNativeQuery(
                        """
                        update breaker set phase = 'OPEN', wait_millis = :wait,
                            open_until = clock_timestamp() + cast(:wait as bigint) * {pass}
                        where breaker_id = :id
                        """
                                .replace("{pass}", PASSES))
                .setParameter("wait", wait.toMillis())
                .setParameter("id", breaker.id())
                .executeUpdate()
                .replaceWithVoid();
    }

    /** This stack is to try. */
    Uni<Void> probe(Mutiny.Session session, Row breaker, StackRef stack) {
        return session.createNativeQuery(
                        """
                        update breaker set phase = 'HALF_OPEN', probe_tenant = :tenant,
                            probe_incarnation = :incarnation, probe_stack = :stack, probe_since = clock_timestamp()
                        where breaker_id = :id
                        """)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack())
                .setParameter("id", breaker.id())
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Nothing is held by it from now on; gives whether it was not closed before. */
    Uni<Boolean> close(Mutiny.Session session, String id, String by, String reason) {
        return session.createNativeQuery(
                        """
                        update breaker set phase = 'CLOSED', closed_at = clock_timestamp(), closed_by = :by,
                            closed_reason = :reason
                        where breaker_id = :id and phase <> 'CLOSED'
                        """)
                .setParameter("by", by)
                .setParameter("reason", reason)
                .setParameter("id", id)
                .executeUpdate()
                .map(closed -> closed > 0);
    }

    /** Whether a run is the one that is to try: of its stack, begun since. */
    Uni<Boolean> isProbe(Mutiny.Session session, Row breaker, String runId) {
        return session.createNativeQuery(
                        """
                        select exists (select 1 from breaker b join run r on r.tenant_id = b.probe_tenant
                                and r.incarnation = b.probe_incarnation and r.stack = b.probe_stack
                                and r.started_at >= b.probe_since
                            where b.breaker_id = :id and b.phase = 'HALF_OPEN' and r.run_id = :run)
                        """,
                        Boolean.class)
                .setParameter("id", breaker.id())
                .setParameter("run", runId)
                .getSingleResult();
    }

    /** Where the run is that was to try. */
    Uni<BreakerDecider.Probe> probe(Mutiny.Session session, Row breaker, Duration patience) {
        return session.createNativeQuery(
                        """
                        select case
                            when r.result = 'SUCCEEDED' then 'SUCCEEDED'
                            when r.result = 'FAILED' then 'FAILED'
                            when r.run_id is not null and r.result is null then 'AWAITED'
                            when r.run_id is null and s.stack is not null and could_run(s)
                                and b.probe_since > clock_timestamp() - cast(:patience as bigint) * {pass}
                                then 'AWAITED'
                            else 'GONE' end
                        from breaker b
                        left join stack s on s.tenant_id = b.probe_tenant and s.incarnation = b.probe_incarnation
                            and s.stack = b.probe_stack
                        left join lateral (
                            select run_id, result from run o
                            where o.tenant_id = b.probe_tenant and o.incarnation = b.probe_incarnation
                              and o.stack = b.probe_stack and o.started_at >= b.probe_since
                              and o.kind in ('APPLY', 'DESTROY')
                            order by o.started_at desc limit 1) r on true
                        where b.breaker_id = :id
                        """
                                .replace("{pass}", PASSES),
                        String.class)
                .setParameter("patience", patience.toMillis())
                .setParameter("id", breaker.id())
                .getSingleResult()
                .map(BreakerDecider.Probe::valueOf);
    }
}
