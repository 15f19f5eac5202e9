package io.leasehold.state.drift;

import io.leasehold.ledger.api.StackRef;
import io.smallrye.mutiny.Uni;
import jakarta.persistence.Tuple;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * A stack under a check, locked, with the drift that is known of it.
 *
 * @param ended the check has been reported already
 * @param current what the check saw is still so
 * @param generation of what was applied
 * @param failures checks that failed in a row before
 * @param open the drift that is known, if any
 * @param now the database's clock
 */
record CheckedStack(
        StackRef stack,
        boolean ended,
        boolean current,
        long generation,
        int failures,
        @Nullable Open open,
        Instant now) {

    /**
     * A drift that is known.
     *
     * @param healed the stack was applied since it was last found
     */
    record Open(
            String driftId, String fingerprint, Instant firstSeen, int checks, boolean healed) {}

    private static final String QUERY =
            """
            select s.tenant_id, s.incarnation, s.stack, r.result is not null as ended,
                   s.drift_run = r.run_id and s.state_version = r.state_version and s.wanted
                       and s.revision = r.revision and s.applied_revision = r.revision
                       and not s.due and s.lease_id is null as is_current,
                   s.applied_generation, s.drift_failures,
                   d.drift_id, d.fingerprint, cast(d.checks as int) as checks,
                   cast(extract(epoch from d.first_seen) * 1000 as bigint) as first_millis,
                   exists (select 1 from stack_applied a where a.tenant_id = s.tenant_id
                       and a.incarnation = s.incarnation and a.stack = s.stack
                       and a.applied_at > d.last_seen) as healed,
                   cast(extract(epoch from clock_timestamp()) * 1000 as bigint) as now_millis
            from run r
            join stack s on s.tenant_id = r.tenant_id and s.incarnation = r.incarnation and s.stack = r.stack
            left join drift d on d.tenant_id = s.tenant_id and d.incarnation = s.incarnation
                and d.stack = s.stack
            where r.run_id = :run and r.kind = 'DRIFT'
            for update of s
            """;

    /** Null when there is no such check. */
    static Uni<@Nullable CheckedStack> lock(Mutiny.Session session, String runId) {
        return session.createNativeQuery(QUERY, Tuple.class)
                .setParameter("run", runId)
                .getSingleResultOrNull()
                .map(row -> row == null ? null : of(row));
    }

    private static CheckedStack of(Tuple row) {
        String driftId = row.get("drift_id", String.class);
        return new CheckedStack(
                new StackRef(
                        row.get("tenant_id", String.class),
                        row.get("incarnation", Integer.class),
                        row.get("stack", String.class)),
                row.get("ended", Boolean.class),
                Boolean.TRUE.equals(row.get("is_current", Boolean.class)),
                row.get("applied_generation", Long.class),
                row.get("drift_failures", Integer.class),
                driftId == null
                        ? null
                        : new Open(
                                driftId,
                                row.get("fingerprint", String.class),
                                Instant.ofEpochMilli(row.get("first_millis", Long.class)),
                                row.get("checks", Integer.class),
                                Boolean.TRUE.equals(row.get("healed", Boolean.class))),
                Instant.ofEpochMilli(row.get("now_millis", Long.class)));
    }
}
