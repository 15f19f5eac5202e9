package io.leasehold.state.tenant;

import io.leasehold.ledger.api.Disposition;
import io.leasehold.state.RowSet;
import io.leasehold.state.source.Place;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.Iterator;
import java.util.List;
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
        return record(session, List.of(entry)).map(List::getFirst);
    }

    /** The same for many records, each of a place of its own; gives their numbers in that order. */
    Uni<List<Long>> record(Mutiny.Session session, List<Entry> entries) {
        List<Entry> fresh = entries.stream().filter(entry -> entry.row() == null).toList();
        Uni<Void> written = Uni.createFrom().voidItem();
        for (Entry entry : entries) {
            Long row = entry.row();
            if (row != null) {
                written = written.chain(() -> update(session, row, entry));
            }
        }
        return written.chain(() -> insert(session, fresh))
                .map(numbers -> {
                    Iterator<Long> next = numbers.iterator();
                    return entries.stream()
                            .map(entry -> entry.row() == null ? next.next() : entry.row())
                            .toList();
                });
    }

    private static Uni<Void> update(Mutiny.Session session, long row, Entry entry) {
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
                .replaceWithVoid();
    }

    /** Numbers are given in the order of the rows, and so sorted by them they are in that order. */
    private static Uni<List<Long>> insert(Mutiny.Session session, List<Entry> entries) {
        return RowSet.of(entries)
                .text("tenant", Entry::tenantId)
                .number("incarnation", Entry::incarnation)
                .number("generation", Entry::generation)
                .text("topic", entry -> entry.place().topic())
                .text("topic_id", entry -> entry.place().topicId())
                .number("partition_no", entry -> entry.place().partition())
                .number("offset_no", entry -> entry.place().offset())
                .number("reading", Entry::reading)
                .text("event", Entry::eventId)
                .text("type", Entry::eventType)
                .text("disposition", entry -> entry.outcome().disposition().name())
                .text("code", entry -> entry.outcome().code())
                .text("reason", entry -> entry.outcome().reason())
                .select(
                        session,
                        """
                        with added as (
                            insert into tenant_event (tenant_id, incarnation, generation, topic, topic_id,
                                partition_no, offset_no, reading, event_id, event_type, received_at,
                                disposition, code, reason)
                            select tenant, incarnation, generation, topic, topic_id, partition_no, offset_no,
                                reading, event, type, clock_timestamp(), disposition, code, reason
                            from {rows} order by n
                            returning id)
                        select id from added order by id
                        """,
                        Long.class);
    }

    /** What became of records so far, by the numbers of their rows, in that order. */
    Uni<List<Outcome>> outcomes(Mutiny.Session session, List<Long> ids) {
        return RowSet.of(ids)
                .number("id", id -> id)
                .select(
                        session,
                        """
                        select e.disposition, e.code, e.reason
                        from {rows} cross join lateral (
                            select * from tenant_event where id = r.id offset 0) e
                        order by r.n
                        """,
                        Tuple.class)
                .map(rows ->
                        rows.stream()
                                .map(row ->
                                        new Outcome(
                                                Disposition.valueOf(row.get(0, String.class)),
                                                row.get(1, String.class),
                                                row.get(2, String.class)))
                                .toList());
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
