package io.leasehold.state.tenant;

import io.leasehold.ledger.api.HeldEventView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.SourceTopicView;
import io.leasehold.state.source.Place;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Topics that events came from, and what is held of them, for people. */
@ApplicationScoped
class SourceViews {
    private static final int MOST_TOPICS = 1000;

    private final Mutiny.SessionFactory sessions;

    SourceViews(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    Uni<Page<SourceTopicView>> topics() {
        return sessions.withSession(session ->
                        session.createNativeQuery(
                                        """
                                        select topic, topic_id, ordinal, partitions, told_partitions, first_seen,
                                            (select count(distinct h.tenant_id) from held_event h
                                                where h.topic = t.topic and h.place_topic_id = t.topic_id) as held
                                        from source_topic t order by topic, first_seen
                                        """,
                                        Tuple.class)
                                .setMaxResults(MOST_TOPICS)
                                .getResultList())
                .map(rows -> new Page<>(rows.stream().map(SourceViews::topic).toList(), null));
    }

    private static SourceTopicView topic(Tuple row) {
        return new SourceTopicView(
                row.get("topic", String.class),
                row.get("topic_id", String.class),
                row.get("ordinal", Integer.class),
                row.get("partitions", Integer.class),
                row.get("told_partitions", Integer.class),
                String.valueOf(StackRows.time(row, "first_seen")),
                row.get("held", Long.class));
    }

    /** What is held, the longest first; of one tenant, or of all. */
    Uni<Page<HeldEventView>> held(@Nullable String tenantId, long after, int limit) {
        return sessions.withSession(session ->
                        session.createNativeQuery(
                                        """
                                        select h.event_row, h.tenant_id, e.topic, e.topic_id, e.partition_no,
                                            e.offset_no, e.event_id, e.event_type, e.reason, h.held_at
                                        from held_event h join tenant_event e on e.id = h.event_row
                                        where h.event_row > :after
                                          and (cast(:tenant as text) is null or h.tenant_id = cast(:tenant as text))
                                        order by h.event_row
                                        """,
                                        Tuple.class)
                                .setParameter("after", after)
                                .setParameter("tenant", tenantId)
                                .setMaxResults(limit + 1)
                                .getResultList())
                .map(rows -> {
                    List<Tuple> shown = rows.subList(0, Math.min(limit, rows.size()));
                    String next =
                            rows.size() > limit
                                    ? String.valueOf(shown.getLast().get("event_row", Long.class))
                                    : null;
                    return new Page<>(shown.stream().map(SourceViews::held).toList(), next);
                });
    }

    private static HeldEventView held(Tuple row) {
        return new HeldEventView(
                row.get("tenant_id", String.class),
                new Place(
                                row.get("topic", String.class),
                                row.get("topic_id", String.class),
                                row.get("partition_no", Integer.class),
                                row.get("offset_no", Long.class))
                        .position(),
                row.get("event_id", String.class),
                row.get("event_type", String.class),
                row.get("reason", String.class),
                String.valueOf(StackRows.time(row, "held_at")));
    }
}
