package io.leasehold.state.audit;

import io.leasehold.ledger.api.AuditView;
import io.leasehold.ledger.api.Page;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Reads the audit. Safe to share. */
@ApplicationScoped
class AuditRows {
    private final Mutiny.SessionFactory sessions;

    AuditRows(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    /** Entries, newest first, older than that one. */
    Uni<Page<AuditView>> page(AuditFilter filter, @Nullable Long before, int limit) {
        return sessions.withSession(session ->
                        filter.query(session, "id < :before", "desc limit :most")
                                .setParameter("before", before == null ? Long.MAX_VALUE : before)
                                .setParameter("most", limit)
                                .getResultList())
                .map(AuditRows::views)
                .map(views -> new Page<>(views, older(views, limit)));
    }

    private static @Nullable String older(List<AuditView> views, int limit) {
        return views.size() < limit ? null : Long.toString(views.getLast().id());
    }

    /** Entries, oldest first, between those two, the later one included. */
    Uni<List<AuditView>> between(AuditFilter filter, long after, long last, int limit) {
        return sessions.withSession(session ->
                        filter.query(session, "id > :after and id <= :last", "limit :most")
                                .setParameter("after", after)
                                .setParameter("last", last)
                                .setParameter("most", limit)
                                .getResultList())
                .map(AuditRows::views);
    }

    private static List<AuditView> views(List<AuditEntry> entries) {
        return entries.stream().map(AuditEntry::view).toList();
    }

    /** The newest entry that can be seen now, and which transactions are at work. */
    Uni<Horizon> horizon() {
        return sessions.withSession(session ->
                session.createNativeQuery(
                                """
                                select coalesce((select max(id) from audit), 0) as newest,
                                       cast(cast(pg_snapshot_xmin(now) as text) as bigint) as oldest_at_work,
                                       cast(cast(pg_snapshot_xmax(now) as text) as bigint) as next_to_begin
                                from pg_current_snapshot() as now
                                """,
                                Tuple.class)
                        .getSingleResult()
                        .map(row ->
                                new Horizon(
                                        row.get("newest", Long.class),
                                        row.get("oldest_at_work", Long.class),
                                        row.get("next_to_begin", Long.class))));
    }

    /**
     * @param newest the id of the newest entry that can be seen
     * @param oldestAtWork every transaction with a lower number has ended
     * @param nextToBegin no transaction with this number or a higher one has begun
     */
    record Horizon(long newest, long oldestAtWork, long nextToBegin) {}
}
