package io.leasehold.state.source;

import io.leasehold.ledger.api.Watermark;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** How far each partition of the input has its verdicts. Safe to share. */
@ApplicationScoped
public class Watermarks {

    /**
     * Where a partition stands.
     *
     * @param next the next offset without a verdict
     * @param reading which reading of the partition this is: one more with each rewind
     */
    public record Mark(long next, int reading) {}

    /**
     * What counting a delivery found.
     *
     * @param deliveries 0 when it was not counted, since the record is not what stands next
     */
    public record Delivery(long next, int deliveries) {}

    /**
     * Counts one more delivery of a record that has no verdict, in the caller's transaction, which
     * should do nothing else: the count must stand even when judging ends the process.
     *
     * @param ledgerAt what the reader takes for the next offset
     * @param excused deliveries that failed through no fault of the record
     */
    public Uni<Delivery> count(Mutiny.Session session, Place place, long ledgerAt, int excused) {
        return at(
                        session.createNativeQuery(
                                """
                                insert into source_partition as w
                                    (topic, topic_id, partition_no, next_offset, delivered_offset, deliveries)
                                values (:topic, :id, :partition, 0, :offset, 1)
                                on conflict (topic, topic_id, partition_no) do update set
                                    deliveries = case when w.delivered_offset = :offset
                                        then greatest(w.deliveries - :excused, 0) + 1 else 1 end,
                                    delivered_offset = :offset
                                where w.next_offset <= :offset and w.next_offset >= :ledgerAt
                                returning next_offset, deliveries
                                """,
                                Tuple.class),
                        place)
                .setParameter("offset", place.offset())
                .setParameter("ledgerAt", ledgerAt)
                .setParameter("excused", excused)
                .getSingleResultOrNull()
                .chain(row ->
                        row == null
                                ? lock(session, place).map(mark -> new Delivery(mark.next(), 0))
                                : Uni.createFrom()
                                        .item(
                                                new Delivery(
                                                        row.get(0, Long.class),
                                                        row.get(1, Integer.class))));
    }

    /** Locks the partition and says where it stands. */
    public Uni<Mark> lock(Mutiny.Session session, Place place) {
        return at(
                        session.createNativeQuery(
                                """
                                insert into source_partition as w (topic, topic_id, partition_no, next_offset)
                                values (:topic, :id, :partition, 0)
                                on conflict (topic, topic_id, partition_no)
                                    do update set next_offset = w.next_offset
                                returning next_offset, rewinds
                                """,
                                Tuple.class),
                        place)
                .getSingleResult()
                .map(row -> new Mark(row.get(0, Long.class), row.get(1, Integer.class)));
    }

    /** Everything up to and with this place has its verdict. The caller holds the lock. */
    public Uni<Void> advance(Mutiny.Session session, Place place) {
        return session.createNativeQuery(
                        """
                        update source_partition set next_offset = :next, deliveries = 0
                        where topic = :topic and topic_id = :id and partition_no = :partition
                        """)
                .setParameter("topic", place.topic())
                .setParameter("id", place.topicId())
                .setParameter("partition", place.partition())
                .setParameter("next", place.offset() + 1)
                .executeUpdate()
                .replaceWithVoid();
    }

    /**
     * All partitions of a topic that were ever handed in.
     *
     * @param topicId of which topic of that name; null for the newest. One that was never heard of
     *     has no partitions, unless no id of that name was heard of yet
     */
    public Uni<List<Watermark>> of(Mutiny.Session session, String topic, @Nullable String topicId) {
        return session.createNativeQuery(
                        """
                        select partition_no, next_offset from source_partition
                        where topic = :topic and topic_id = coalesce(
                            (select cast(:id as text) where exists
                                (select 1 from source_topic where topic = :topic and topic_id = cast(:id as text))),
                            (select topic_id from source_topic
                                where topic = :topic and cast(:id as text) is null
                                order by first_seen desc limit 1),
                            case when not exists (select 1 from source_topic where topic = :topic) then '' end)
                        order by partition_no
                        """,
                        Tuple.class)
                .setParameter("topic", topic)
                .setParameter("id", topicId)
                .getResultList()
                .map(rows ->
                        rows.stream()
                                .map(row ->
                                        new Watermark(
                                                topic,
                                                topicId,
                                                row.get(0, Integer.class),
                                                row.get(1, Long.class)))
                                .toList());
    }

    /**
     * The partitions of the newest topic of a name that have verdicts beyond an offset, locked.
     *
     * @param partition null for all
     */
    public Uni<List<Watermark>> beyond(
            Mutiny.Session session, String topic, @Nullable Integer partition, long offset) {
        return session.createNativeQuery(
                        """
                        select topic_id, partition_no, next_offset from source_partition
                        where topic = :topic and next_offset > :offset
                          and topic_id = coalesce((select topic_id from source_topic where topic = :topic
                              order by first_seen desc limit 1), '')
                          and (cast(:partition as int) is null or partition_no = cast(:partition as int))
                        order by partition_no for update
                        """,
                        Tuple.class)
                .setParameter("topic", topic)
                .setParameter("offset", offset)
                .setParameter("partition", partition)
                .getResultList()
                .map(rows ->
                        rows.stream()
                                .map(row ->
                                        new Watermark(
                                                topic,
                                                row.get(0, String.class),
                                                row.get(1, Integer.class),
                                                row.get(2, Long.class)))
                                .toList());
    }

    /** Has the positions of a partition from that offset on judged again. */
    public Uni<Void> rewind(Mutiny.Session session, Watermark mark, long offset) {
        return session.createNativeQuery(
                        """
                        update source_partition set next_offset = :offset, deliveries = 0, rewinds = rewinds + 1
                        where topic = :topic and topic_id = :id and partition_no = :partition
                        """)
                .setParameter("offset", offset)
                .setParameter("topic", mark.topic())
                .setParameter("id", mark.topicId())
                .setParameter("partition", mark.partition())
                .executeUpdate()
                .replaceWithVoid();
    }

    private static <T> Mutiny.SelectionQuery<T> at(Mutiny.SelectionQuery<T> query, Place place) {
        return query.setParameter("topic", place.topic())
                .setParameter("id", place.topicId())
                .setParameter("partition", place.partition());
    }
}
