package io.leasehold.state.version;

import io.leasehold.ledger.api.StackRef;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The statements of rollbacks and deletes. All join the caller's transaction. */
@ApplicationScoped
class VersionRows {
    private static final String OF_STACK =
            " where tenant_id = :tenant and incarnation = :incarnation and stack = :stack ";
    private static final String THESE =
            " and (cast(:version as bigint) is null or version = cast(:version as bigint))";

    /** The highest serial that was ever used in a lineage, orphans and deleted ones included. */
    Uni<Long> highestSerial(Mutiny.Session session, StackRef stack, String lineage) {
        return session.createNativeQuery(
                        "select max(serial) from state_version"
                                + OF_STACK
                                + "and lineage = :lineage",
                        Long.class)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack())
                .setParameter("lineage", lineage)
                .getSingleResult();
    }

    /** What the ledger makes of the stack. */
    Uni<DeletionDecider.Use> use(Mutiny.Session session, StackRef stack) {
        return session.createNativeQuery(
                        """
                        select s.live, s.applied,
                               exists (select 1 from state_version
                                   where tenant_id = :tenant and incarnation = :incarnation and stack = :stack
                                     and kind = 'ORPHAN' and settled_at is null) as orphaned
                        from (select 1) as one left join (
                            select (s.apply_started or s.applied_revision > 0) and not s.destroyed as live,
                                   coalesce(a.state_version, 0) as applied
                            from stack s
                            left join stack_applied a on a.tenant_id = s.tenant_id
                                and a.incarnation = s.incarnation and a.stack = s.stack
                            where s.tenant_id = :tenant and s.incarnation = :incarnation
                              and s.stack = :stack) as s on true
                        """,
                        Tuple.class)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack())
                .getSingleResult()
                .map(row -> {
                    Long applied = row.get("applied", Long.class);
                    return new DeletionDecider.Use(
                            Boolean.TRUE.equals(row.get("live", Boolean.class)),
                            applied == null ? 0 : applied,
                            row.get("orphaned", Boolean.class));
                });
    }

    /** Hides one version, or all of the stack; gives how many. */
    Uni<Integer> hide(
            Mutiny.Session session,
            StackRef stack,
            @Nullable Long version,
            String by,
            String reason) {
        return named(
                        session,
                        """
                        update state_version set deleted_at = clock_timestamp(), deleted_by = :by,
                            deleted_reason = :reason
                        """
                                + OF_STACK
                                + "and deleted_at is null"
                                + THESE,
                        stack)
                .setParameter("version", version)
                .setParameter("by", by)
                .setParameter("reason", reason)
                .executeUpdate();
    }

    /** Brings one version back, or all of the stack; gives how many. */
    Uni<Integer> show(Mutiny.Session session, StackRef stack, @Nullable Long version) {
        return named(
                        session,
                        "update state_version set deleted_at = null, deleted_by = null, deleted_reason = null"
                                + OF_STACK
                                + "and deleted_at is not null and octet_length(bytes) > 0"
                                + THESE,
                        stack)
                .setParameter("version", version)
                .executeUpdate();
    }

    /** Tells the ledger which version is served now; it takes a fresh look when that changed. */
    Uni<Void> moved(Mutiny.Session session, StackRef stack, long version) {
        return named(
                        session,
                        "update stack set state_version = :version, drift_checked_at = null"
                                + OF_STACK
                                + "and state_version <> :version",
                        stack)
                .setParameter("version", version)
                .executeUpdate()
                .replaceWithVoid();
    }

    private static Mutiny.MutationQuery named(Mutiny.Session session, String sql, StackRef stack) {
        return session.createNativeQuery(sql)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack());
    }
}
