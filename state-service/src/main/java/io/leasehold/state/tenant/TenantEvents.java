package io.leasehold.state.tenant;

import io.leasehold.ledger.api.Disposition;
import io.leasehold.state.source.Place;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Every record that got a verdict, with what became of it. */
@ApplicationScoped
class TenantEvents {

    /**
     * A record's row.
     *
     * @param row its number, when it has one already
     * @param reading which reading of its partition it was judged in
     */
    record Entry(
            @Nullable Long row,
            Place place,
            int reading,
            @Nullable String tenantId,
            @Nullable Integer incarnation,
            @Nullable Long generation,
            @Nullable String eventId,
            @Nullable String eventType,
            Outcome outcome) {}

    /** What became of a record. */
    record Outcome(Disposition disposition, @Nullable String code, @Nullable String reason) {
        static Outcome of(Disposition disposition) {
            return new Outcome(disposition, null, null);
        }
    }

    /** Writes a record's row, or what became of one that was held; gives its number. */
    Uni<Long> record(Mutiny.Session session, Entry entry) {
        Long row = entry.row();
        return row == null ? insert(session, entry) : update(session, row, entry);
    }

    private static Uni<Long> update(Mutiny.Session session, long row, Entry entry) {
        return session.createNativeQuery(
                        """
                        update tenant_event set generation = cast(:generation as bigint),
                            disposition = :disposition, code = cast(:code as text), reason = cast(:reason as text)
                        where id = :id
                        """)
                .setParameter("generation", entry.generation())
                .setParameter("disposition", entry.outcome().disposition().name())
                .setParameter("code", entry.outcome().code())
                .setParameter("reason", entry.outcome().reason())
                .setParameter("id", row)
                .executeUpdate()
                .replaceWith(row);
    }

    private static Uni<Long> insert(Mutiny.Session session, Entry entry) {
        return session.createNativeQuery(
                        """
                        insert into tenant_event (tenant_id, incarnation, generation, topic, topic_id, partition_no,
                            offset_no, reading, event_id, event_type, received_at, disposition, code, reason)
                        values (cast(:tenant as text), cast(:incarnation as int), cast(:generation as bigint), :topic,
                            :topicId, :partition, :offset, :reading, cast(:event as text), cast(:type as text),
                            clock_timestamp(), :disposition, cast(:code as text), cast(:reason as text))
                        returning id
                        """,
                        Long.class)
                .setParameter("tenant", entry.tenantId())
                .setParameter("incarnation", entry.incarnation())
                .setParameter("generation", entry.generation())
                .setParameter("topic", entry.place().topic())
                .setParameter("topicId", entry.place().topicId())
                .setParameter("partition", entry.place().partition())
                .setParameter("offset", entry.place().offset())
                .setParameter("reading", entry.reading())
                .setParameter("event", entry.eventId())
                .setParameter("type", entry.eventType())
                .setParameter("disposition", entry.outcome().disposition().name())
                .setParameter("code", entry.outcome().code())
                .setParameter("reason", entry.outcome().reason())
                .getSingleResult();
    }

    /** What became of a record so far, by the number of its row. */
    Uni<Outcome> outcome(Mutiny.Session session, long id) {
        return session.createNativeQuery(
                        "select disposition, code, reason from tenant_event where id = :id",
                        Tuple.class)
                .setParameter("id", id)
                .getSingleResult()
                .map(row ->
                        new Outcome(
                                Disposition.valueOf(row.get(0, String.class)),
                                row.get(1, String.class),
                                row.get(2, String.class)));
    }

    /** The event of a life's generation that still waits becomes a dead letter. */
    Uni<Void> deadLetter(
            Mutiny.Session session,
            String tenantId,
            int incarnation,
            long generation,
            Outcome outcome) {
        return session.createNativeQuery(
                        """
                        update tenant_event set disposition = :disposition, code = cast(:code as text),
                            reason = cast(:reason as text)
                        where tenant_id = :tenant and incarnation = :incarnation and generation = :generation
                          and disposition = 'PENDING'
                        """)
                .setParameter("disposition", outcome.disposition().name())
                .setParameter("code", outcome.code())
                .setParameter("reason", outcome.reason())
                .setParameter("tenant", tenantId)
                .setParameter("incarnation", incarnation)
                .setParameter("generation", generation)
                .executeUpdate()
                .replaceWithVoid();
    }
}
