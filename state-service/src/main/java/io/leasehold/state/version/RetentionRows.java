package io.leasehold.state.version;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.tfstate.VersionRow;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The statements that let old versions go. */
@ApplicationScoped
class RetentionRows {
    private static final String OF_STACK =
            " where tenant_id = :tenant and incarnation = :incarnation and stack = :stack ";

    /**
     * How much there is of one stack.
     *
     * @param oldest when the oldest was written
     * @param firstDeleted when the first of the hidden ones was; null when none is
     */
    record Heap(StackRef stack, long versions, Instant oldest, @Nullable Instant firstDeleted) {}

    /** The next stacks after that one, in order of their keys. */
    Uni<List<Heap>> next(Mutiny.Session session, StackRef after, int stacks) {
        return session.createNativeQuery(
                        """
                        select tenant_id, incarnation, stack, count(*) as versions, min(written_at) as oldest,
                               min(deleted_at) as deleted
                        from state_version
                        where (tenant_id, incarnation, stack) > (:tenant, :incarnation, :stack)
                        group by tenant_id, incarnation, stack
                        order by tenant_id, incarnation, stack limit :most
                        """,
                        Tuple.class)
                .setParameter("tenant", after.tenantId())
                .setParameter("incarnation", after.incarnation())
                .setParameter("stack", after.stack())
                .setParameter("most", stacks)
                .getResultList()
                .map(rows ->
                        rows.stream()
                                .map(row ->
                                        new Heap(
                                                VersionRow.stack(row),
                                                row.get("versions", Long.class),
                                                written(row, "oldest"),
                                                VersionRow.time(row, "deleted")))
                                .toList());
    }

    /** The version that the last successful run of a stack left; 0 when there is none. */
    Uni<Long> applied(Mutiny.Session session, StackRef stack) {
        return query(session, "select state_version from stack_applied" + OF_STACK, stack)
                .getSingleResultOrNull()
                .map(row -> row == null ? 0L : row.get("state_version", Long.class));
    }

    /** All versions of a stack. */
    Uni<List<RetentionDecider.Kept>> versions(Mutiny.Session session, StackRef stack) {
        return query(
                        session,
                        """
                        select version, kind = 'ORPHAN' as orphan, kind = 'ORPHAN' and settled_at is null as open,
                               written_at, deleted_at, octet_length(bytes) = 0 as empty
                        from state_version
                        """
                                + OF_STACK,
                        stack)
                .getResultList()
                .map(rows ->
                        rows.stream()
                                .map(row ->
                                        new RetentionDecider.Kept(
                                                row.get("version", Long.class),
                                                row.get("orphan", Boolean.class),
                                                row.get("open", Boolean.class),
                                                written(row, "written_at"),
                                                VersionRow.time(row, "deleted_at"),
                                                row.get("empty", Boolean.class)))
                                .toList());
    }

    Uni<Integer> delete(Mutiny.Session session, StackRef stack, List<Long> versions) {
        return change(session, "delete from state_version", stack, versions);
    }

    Uni<Integer> empty(Mutiny.Session session, StackRef stack, List<Long> versions) {
        return change(
                session,
                "update state_version set bytes = cast('' as bytea), size = 0",
                stack,
                versions);
    }

    private static Uni<Integer> change(
            Mutiny.Session session, String what, StackRef stack, List<Long> versions) {
        return session.createNativeQuery(
                        what
                                + OF_STACK
                                + "and version = any(cast(string_to_array(:versions, ',') as bigint[]))")
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack())
                .setParameter(
                        "versions",
                        versions.stream().map(String::valueOf).collect(Collectors.joining(",")))
                .executeUpdate();
    }

    private static Mutiny.SelectionQuery<Tuple> query(
            Mutiny.Session session, String sql, StackRef stack) {
        return session.createNativeQuery(sql, Tuple.class)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack());
    }

    private static Instant written(Tuple row, String column) {
        return Objects.requireNonNull(VersionRow.time(row, column));
    }
}
