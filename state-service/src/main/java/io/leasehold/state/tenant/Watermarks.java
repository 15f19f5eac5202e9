package io.leasehold.state.tenant;

import io.leasehold.ledger.api.SourcePosition;
import io.leasehold.ledger.api.Watermark;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** How far each partition of the input has its verdicts. */
@ApplicationScoped
class Watermarks {

    /** What counting a delivery found. */
    record Delivery(boolean judged, int deliveries) {}

    /**
     * Counts one more delivery of a record that has no verdict, in the caller's transaction, which
     * should do nothing else: the count must stand even when judging ends the process.
     *
     * @param excused deliveries that failed through no fault of the record
     */
    Uni<Delivery> count(Mutiny.Session session, SourcePosition position, int excused) {
        return at(
                        session.createNativeQuery(
                                """
                                insert into intake_watermark as w
                                    (topic, partition_no, next_offset, delivered_offset, deliveries)
                                values (:topic, :partition, 0, :offset, 1)
                                on conflict (topic, partition_no) do update set
                                    deliveries = case when w.delivered_offset = :offset
                                        then greatest(w.deliveries - :excused, 0) + 1 else 1 end,
                                    delivered_offset = :offset
                                where w.next_offset <= :offset
                                returning deliveries
                                """,
                                Integer.class),
                        position)
                .setParameter("offset", position.offset())
                .setParameter("excused", excused)
                .getSingleResultOrNull()
                .map(count -> count == null ? new Delivery(true, 0) : new Delivery(false, count));
    }

    /** Locks the partition and gives the next offset without a verdict. */
    Uni<Long> lock(Mutiny.Session session, SourcePosition position) {
        return at(
                        session.createNativeQuery(
                                """
                                insert into intake_watermark as w (topic, partition_no, next_offset)
                                values (:topic, :partition, 0)
                                on conflict (topic, partition_no) do update set next_offset = w.next_offset
                                returning next_offset
                                """,
                                Long.class),
                        position)
                .getSingleResult();
    }

    /** Everything up to and with this position has its verdict. The caller holds the lock. */
    Uni<Void> advance(Mutiny.Session session, SourcePosition position) {
        return session.createNativeQuery(
                        """
                        update intake_watermark set next_offset = :next, deliveries = 0
                        where topic = :topic and partition_no = :partition
                        """)
                .setParameter("topic", position.topic())
                .setParameter("partition", position.partition())
                .setParameter("next", position.offset() + 1)
                .executeUpdate()
                .replaceWithVoid();
    }

    /** All partitions of a topic that were ever handed in. */
    Uni<List<Watermark>> of(Mutiny.Session session, String topic) {
        return session.createNativeQuery(
                        """
                        select partition_no, next_offset from intake_watermark
                        where topic = :topic order by partition_no
                        """,
                        Tuple.class)
                .setParameter("topic", topic)
                .getResultList()
                .map(rows ->
                        rows.stream()
                                .map(row ->
                                        new Watermark(
                                                topic,
                                                row.get(0, Integer.class),
                                                row.get(1, Long.class)))
                                .toList());
    }

    private static <T> Mutiny.SelectionQuery<T> at(
            Mutiny.SelectionQuery<T> query, SourcePosition position) {
        return query.setParameter("topic", position.topic())
                .setParameter("partition", position.partition());
    }
}
