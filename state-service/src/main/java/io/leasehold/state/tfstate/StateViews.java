package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateVersionView;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** What state versions there are, without their bytes. */
@ApplicationScoped
class StateViews {
    private static final String OF_STACK =
            " where tenant_id = :tenant and incarnation = :incarnation and stack = :stack ";
    private static final String SELECT = "select" + VersionRow.COLUMNS + "from state_version";

    private final Mutiny.SessionFactory sessions;

    StateViews(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    /** The version of each stack that is served. */
    Uni<Page<StateVersionView>> newest(StackPage page) {
        return sessions.withSession(session ->
                page.bind(
                                session.createNativeQuery(
                                        "select distinct on (tenant_id, incarnation, stack)"
                                                + VersionRow.COLUMNS
                                                + "from state_version where kind <> 'ORPHAN'"
                                                + " and deleted_at is null and"
                                                + StackPage.CONDITION
                                                + "order by tenant_id, incarnation, stack, version desc"
                                                + " limit :most",
                                        Tuple.class))
                        .getResultList()
                        .map(rows -> rows.stream().map(VersionRow::of).toList())
                        .map(views -> page.of(views, StateVersionView::stack)));
    }

    /**
     * The versions of a stack, newest first, orphans among them.
     *
     * @param before only those before this one; null for all
     * @param deleted those that are deleted too
     */
    Uni<Page<StateVersionView>> versions(
            StackRef stack, @Nullable Long before, int limit, boolean deleted) {
        return sessions.withSession(session ->
                of(
                                session,
                                stack,
                                "and version < :before and (deleted_at is null or :deleted)"
                                        + " order by version desc limit :most")
                        .setParameter("before", before == null ? Long.MAX_VALUE : before)
                        .setParameter("deleted", deleted)
                        .setParameter("most", limit)
                        .getResultList()
                        .map(rows -> rows.stream().map(VersionRow::of).toList())
                        .map(views -> new Page<>(views, older(views, limit))));
    }

    private static @Nullable String older(List<StateVersionView> views, int limit) {
        return views.size() < limit ? null : Long.toString(views.getLast().version());
    }

    /** One version, whatever its kind, deleted or not. */
    Uni<Optional<StateVersionView>> one(Mutiny.Session session, StackRef stack, long version) {
        return of(session, stack, "and version = :version")
                .setParameter("version", version)
                .getSingleResultOrNull()
                .map(row -> Optional.ofNullable(row).map(VersionRow::of));
    }

    /** The version that is served; empty when there is none. */
    Uni<Optional<StateVersionView>> current(Mutiny.Session session, StackRef stack) {
        return of(
                        session,
                        stack,
                        "and kind <> 'ORPHAN' and deleted_at is null order by version desc limit 1")
                .getSingleResultOrNull()
                .map(row -> Optional.ofNullable(row).map(VersionRow::of));
    }

    private static Mutiny.SelectionQuery<Tuple> of(
            Mutiny.Session session, StackRef stack, String rest) {
        return session.createNativeQuery(SELECT + OF_STACK + rest, Tuple.class)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack());
    }
}
