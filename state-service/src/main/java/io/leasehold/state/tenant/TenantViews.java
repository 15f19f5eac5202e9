package io.leasehold.state.tenant;

import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.EventView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.TenantView;
import io.leasehold.state.source.Place;
import io.leasehold.state.stack.LifeRef;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Tenants for people: a page is two queries, however long it is. */
@ApplicationScoped
class TenantViews {
    private static final String SELECT =
            """
            select l.tenant_id, l.incarnation, l.generation, l.observed_generation, l.lifecycle,
                coalesce(l.blueprint_name, '') as blueprint, coalesce(l.blueprint_version, '') as version,
                l.waiting_code, l.waiting_reason, l.waiting_since, l.gone_at is not null as gone,
                l.accepted_at, l.spec ->> 'name' as name,
                (select count(*) from held_event h where h.tenant_id = l.tenant_id) as held
            from life l
            """;

    private final Mutiny.SessionFactory sessions;
    private final StackRows stacks;

    TenantViews(Mutiny.SessionFactory sessions, StackRows stacks) {
        this.sessions = sessions;
        this.stacks = stacks;
    }

    /** Lives after that one, in order of tenant and incarnation. */
    Uni<Page<TenantView>> page(LifeRef after, int limit) {
        return sessions.withSession(session ->
                session.createNativeQuery(
                                SELECT
                                        + """
                                        where (l.tenant_id, l.incarnation) > (:tenant, :incarnation)
                                        order by l.tenant_id, l.incarnation
                                        """,
                                Tuple.class)
                        .setParameter("tenant", after.tenantId())
                        .setParameter("incarnation", after.incarnation())
                        .setMaxResults(limit + 1)
                        .getResultList()
                        .chain(rows -> views(session, rows, limit)));
    }

    /** One life, the newest unless it is said which; empty when it was never seen. */
    Uni<Optional<TenantView>> one(String tenantId, @Nullable Integer incarnation) {
        return sessions.withSession(session ->
                session.createNativeQuery(
                                SELECT
                                        + """
                                        where l.tenant_id = :tenant
                                          and l.incarnation = coalesce(cast(:incarnation as int),
                                              (select max(incarnation) from life where tenant_id = :tenant))
                                        """,
                                Tuple.class)
                        .setParameter("tenant", tenantId)
                        .setParameter("incarnation", incarnation)
                        .getResultList()
                        .chain(rows -> views(session, rows, 1))
                        .map(page -> page.items().stream().findFirst()));
    }

    private Uni<Page<TenantView>> views(Mutiny.Session session, List<Tuple> rows, int limit) {
        if (rows.isEmpty()) {
            return Uni.createFrom().item(new Page<>(List.of(), null));
        }
        List<Tuple> shown = rows.subList(0, Math.min(limit, rows.size()));
        LifeRef last = ref(shown.getLast());
        String next = rows.size() > limit ? last.tenantId() + "/" + last.incarnation() : null;
        return stacks.between(session, ref(shown.getFirst()), last)
                .map(described -> {
                    Map<LifeRef, List<StackRows.Described>> byLife =
                            described.stream()
                                    .collect(
                                            Collectors.groupingBy(it ->
                                                    new LifeRef(
                                                            it.view().stack().tenantId(),
                                                            it.view().stack().incarnation())));
                    return new Page<>(
                            shown.stream()
                                    .map(row -> view(row, byLife.getOrDefault(ref(row), List.of())))
                                    .toList(),
                            next);
                });
    }

    private static TenantView view(Tuple row, List<StackRows.Described> stacks) {
        List<StackFacts> facts = stacks.stream().map(StackRows.Described::facts).toList();
        String lifecycle = row.get("lifecycle", String.class);
        LifeRef life = ref(row);
        return new TenantView(
                life.tenantId(),
                life.incarnation(),
                row.get("generation", Long.class),
                row.get("observed_generation", Long.class),
                lifecycle,
                row.get("blueprint", String.class),
                row.get("version", String.class),
                Wording.phase(
                                lifecycle,
                                row.get("gone", Boolean.class),
                                row.get("waiting_code", String.class),
                                facts)
                        .name(),
                Wording.waitingFor(
                        new Wording.LifeFacts(
                                row.get("waiting_reason", String.class),
                                StackRows.time(row, "waiting_since"),
                                row.get("held", Long.class)),
                        facts),
                String.valueOf(StackRows.time(row, "accepted_at")),
                stacks.stream().map(StackRows.Described::view).toList(),
                row.get("name", String.class));
    }

    private static LifeRef ref(Tuple row) {
        return new LifeRef(
                row.get("tenant_id", String.class), row.get("incarnation", Integer.class));
    }

    /** The events of a tenant with what became of them, newest first. */
    Uni<Page<EventView>> events(String tenantId, long before, int limit) {
        return sessions.withSession(session ->
                        session.createNativeQuery(
                                        """
                                        select id, topic, topic_id, partition_no, offset_no, event_id, event_type,
                                            incarnation, generation, disposition, code, reason, received_at
                                        from tenant_event where tenant_id = :tenant and id < :before
                                        order by id desc
                                        """,
                                        Tuple.class)
                                .setParameter("tenant", tenantId)
                                .setParameter("before", before)
                                .setMaxResults(limit + 1)
                                .getResultList())
                .map(rows -> {
                    List<Tuple> shown = rows.subList(0, Math.min(limit, rows.size()));
                    String next =
                            rows.size() > limit
                                    ? String.valueOf(shown.getLast().get("id", Long.class))
                                    : null;
                    return new Page<>(shown.stream().map(TenantViews::event).toList(), next);
                });
    }

    private static EventView event(Tuple row) {
        return new EventView(
                new Place(
                                row.get("topic", String.class),
                                row.get("topic_id", String.class),
                                row.get("partition_no", Integer.class),
                                row.get("offset_no", Long.class))
                        .position(),
                row.get("event_id", String.class),
                row.get("event_type", String.class),
                row.get("incarnation", Integer.class),
                row.get("generation", Long.class),
                Disposition.valueOf(row.get("disposition", String.class)),
                row.get("code", String.class),
                row.get("reason", String.class),
                String.valueOf(StackRows.time(row, "received_at")));
    }
}
