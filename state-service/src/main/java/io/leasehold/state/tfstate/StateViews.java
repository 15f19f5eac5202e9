package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.LockView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateVersionView;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Lists what states and locks there are, for people. Never bytes. */
@ApplicationScoped
class StateViews {
    private static final String IN_PAGE =
            """
             (cast(:tenant as text) is null or tenant_id = cast(:tenant as text))
             and (tenant_id, incarnation, stack) > (:afterTenant, :afterIncarnation, :afterStack)
            """;
    private static final String VERSION =
            """
            select tenant_id, incarnation, stack, version, lineage, serial, md5, size, kind, run_id, written_by,
                   written_at, reason
            from state_version
            """;

    private final Mutiny.SessionFactory sessions;

    StateViews(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    /** The newest version of each stack, orphans left out. */
    Uni<Page<StateVersionView>> newest(StackPage page) {
        return sessions.withSession(session ->
                paged(
                                session,
                                page,
                                """
                                select distinct on (tenant_id, incarnation, stack)
                                       tenant_id, incarnation, stack, version, lineage, serial, md5, size,
                                       kind, run_id, written_by, written_at, reason
                                from state_version
                                where kind <> 'ORPHAN' and
                                """
                                        + IN_PAGE
                                        + "order by tenant_id, incarnation, stack, version desc limit :most")
                        .getResultList()
                        .map(rows -> rows.stream().map(StateViews::version).toList())
                        .map(views -> page.of(views, StateVersionView::stack)));
    }

    /** All versions of a stack, newest first, orphans among them; those before a version. */
    Uni<Page<StateVersionView>> versions(StackRef stack, @Nullable Long before, int limit) {
        return sessions.withSession(session ->
                session.createNativeQuery(
                                VERSION
                                        + """
                                        where tenant_id = :tenant and incarnation = :incarnation
                                          and stack = :stack and version < :before
                                        order by version desc limit :most
                                        """,
                                Tuple.class)
                        .setParameter("tenant", stack.tenantId())
                        .setParameter("incarnation", stack.incarnation())
                        .setParameter("stack", stack.stack())
                        .setParameter("before", before == null ? Long.MAX_VALUE : before)
                        .setParameter("most", limit)
                        .getResultList()
                        .map(rows -> rows.stream().map(StateViews::version).toList())
                        .map(views -> new Page<>(views, older(views, limit))));
    }

    private static @Nullable String older(List<StateVersionView> views, int limit) {
        return views.size() < limit ? null : Long.toString(views.getLast().version());
    }

    /** Who holds a stack now: runs by their leases, people by their locks. */
    Uni<Page<LockView>> locks(StackPage page) {
        return sessions.withSession(session ->
                paged(
                                session,
                                page,
                                """
                                select * from (
                                    select tenant_id, incarnation, stack, 'LEASE' as holder, lease_run as id,
                                           lease_worker as who, lease_run as run_id, lease_epoch as epoch,
                                           lease_since as since, lease_beaten_at as beat,
                                           lease_until > clock_timestamp() as alive
                                    from stack where lease_id is not null
                                    union all
                                    select tenant_id, incarnation, stack, 'PERSON', lock_id, holder, null, 0,
                                           since, null, true
                                    from state_lock
                                ) held where
                                """
                                        + IN_PAGE
                                        + "order by tenant_id, incarnation, stack limit :most")
                        .getResultList()
                        .map(rows -> rows.stream().map(StateViews::lock).toList())
                        .map(views -> page.of(views, LockView::stack)));
    }

    private static Mutiny.SelectionQuery<Tuple> paged(
            Mutiny.Session session, StackPage page, String sql) {
        return session.createNativeQuery(sql, Tuple.class)
                .setParameter("tenant", page.tenant())
                .setParameter("afterTenant", page.after().tenantId())
                .setParameter("afterIncarnation", page.after().incarnation())
                .setParameter("afterStack", page.after().stack())
                .setParameter("most", page.limit());
    }

    private static StateVersionView version(Tuple row) {
        return new StateVersionView(
                stack(row),
                StateRows.number(row, "version"),
                row.get("lineage", String.class),
                StateRows.number(row, "serial"),
                row.get("md5", String.class),
                StateRows.number(row, "size"),
                row.get("kind", String.class),
                row.get("run_id", String.class),
                row.get("written_by", String.class),
                StateRows.time(row, "written_at"),
                row.get("reason", String.class));
    }

    private static LockView lock(Tuple row) {
        return new LockView(
                stack(row),
                row.get("holder", String.class),
                String.valueOf(row.get("id", String.class)),
                String.valueOf(row.get("who", String.class)),
                row.get("run_id", String.class),
                StateRows.number(row, "epoch"),
                row.get("since") == null ? "" : StateRows.time(row, "since"),
                row.get("beat") == null ? null : StateRows.time(row, "beat"),
                Boolean.TRUE.equals(row.get("alive")));
    }

    static StackRef stack(Tuple row) {
        return new StackRef(
                row.get("tenant_id", String.class),
                (int) StateRows.number(row, "incarnation"),
                row.get("stack", String.class));
    }
}
