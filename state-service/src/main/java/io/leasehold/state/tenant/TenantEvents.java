package io.leasehold.state.tenant;

import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.SourcePosition;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Every record that got a verdict, with what became of it. */
@ApplicationScoped
class TenantEvents {

    /** A record's row. */
    record Entry(
            SourcePosition position,
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

    Uni<Void> record(Mutiny.Session session, Entry entry) {
        return session.createNativeQuery(
                        """
                        insert into tenant_event (tenant_id, incarnation, generation, topic, partition_no, offset_no,
                            event_id, event_type, received_at, disposition, code, reason)
                        values (cast(:tenant as text), cast(:incarnation as int), cast(:generation as bigint), :topic,
                            :partition, :offset, cast(:event as text), cast(:type as text), clock_timestamp(),
                            :disposition, cast(:code as text), cast(:reason as text))
                        """)
                .setParameter("tenant", entry.tenantId())
                .setParameter("incarnation", entry.incarnation())
                .setParameter("generation", entry.generation())
                .setParameter("topic", entry.position().topic())
                .setParameter("partition", entry.position().partition())
                .setParameter("offset", entry.position().offset())
                .setParameter("event", entry.eventId())
                .setParameter("type", entry.eventType())
                .setParameter("disposition", entry.outcome().disposition().name())
                .setParameter("code", entry.outcome().code())
                .setParameter("reason", entry.outcome().reason())
                .executeUpdate()
                .replaceWithVoid();
    }

    /** What became of a record so far. */
    Uni<Outcome> outcome(Mutiny.Session session, SourcePosition position) {
        return session.createNativeQuery(
                        """
                        select disposition, code, reason from tenant_event
                        where topic = :topic and partition_no = :partition and offset_no = :offset
                        """,
                        Tuple.class)
                .setParameter("topic", position.topic())
                .setParameter("partition", position.partition())
                .setParameter("offset", position.offset())
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
