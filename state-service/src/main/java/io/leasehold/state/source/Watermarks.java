package io.leasehold.state.source;

import io.leasehold.ledger.api.Watermark;
import io.leasehold.state.RowSet;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** How far each partition of the input has its verdicts. Safe to share. */
@ApplicationScoped
public class Watermarks {
    private final ServiceStarts starts;

    Watermarks(ServiceStarts starts) {
        this.starts = starts;
    }

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
     * @param topicNoted whether the ledger knows of the topic; not looked at where nothing is
     *     counted
     */
    public record Delivery(long next, int deliveries, boolean topicNoted) {}

    /**
     * Counts one more delivery of a record that has no verdict, in the caller's transaction, which
     * should do nothing else: the count must stand even when judging ends the process.
     *
     * @param ledgerAt what the record was read behind
     * @param excused deliveries that failed through no fault of the record
     */
    public Uni<Delivery> count(Mutiny.Session session, Place place, long ledgerAt, int excused) {
        return at(
                        session.createNativeQuery(
                                """
                                insert into source_partition as w
                                    (topic, topic_id, partition_no, next_offset, delivered_offset, deliveries, tried_since)
                                values (:topic, :id, :partition, 0, :offset, 1, statement_timestamp())
                                on conflict (topic, topic_id, partition_no) do update set
                                    deliveries = case when w.delivered_offset = :offset
                                        then greatest(w.deliveries - :excused, 0) + 1 else 1 end,
                                    tried_since = case when w.delivered_offset = :offset and w.deliveries > :excused
                                        then coalesce(w.tried_since, statement_timestamp()) else statement_timestamp() end,
                                    tried_before = case when w.delivered_offset = :offset and w.deliveries > 0
                                        then w.tried_before else 0 end,
                                    delivered_offset = :offset
                                where w.next_offset <= :offset and w.next_offset >= :ledgerAt
                                returning next_offset, deliveries, exists (select 1
                                    from source_topic t where t.topic = :topic and t.topic_id = :id)
                                """,
                                Tuple.class),
                        place)
                .setParameter("offset", place.offset())
                .setParameter("ledgerAt", ledgerAt)
                .setParameter("excused", excused)
                .getSingleResultOrNull()
                .chain(row ->
                        row == null
                                ? lock(session, place)
                                        .map(mark -> new Delivery(mark.next(), 0, true))
                                : Uni.createFrom()
                                        .item(
                                                new Delivery(
                                                        row.get(0, Long.class),
                                                        row.get(1, Integer.class),
                                                        row.get(2, Boolean.class))));
    }

    /**
     * Ends the trial of a record that was delivered as often as it may be, in the caller's
     * transaction.
     *
     * @param limit deliveries of one trial, at least 1
     * @return how often it was delivered in all, when it is taken for the cause; empty when
     *     something else may have been, and the next trial begins with the delivery at hand
     */
    public Uni<OptionalInt> endTrial(Mutiny.Session session, Place place, int limit) {
        return starts.note(session).chain(() -> Trials.end(session, place, limit));
    }

    /** Which partition a place is in; the order of these is the order in which they are locked. */
    public record Partition(String topic, String topicId, int number)
            implements Comparable<Partition> {
        private static final Comparator<Partition> ORDER =
                Comparator.comparing(Partition::topic)
                        .thenComparing(Partition::topicId)
                        .thenComparingInt(Partition::number);

        /** That of a place. */
        public static Partition of(Place place) {
            return new Partition(place.topic(), place.topicId(), place.partition());
        }

        @Override
        public int compareTo(Partition other) {
            return ORDER.compare(this, other);
        }
    }

    private Uni<Mark> lock(Mutiny.Session session, Place place) {
        Partition partition = Partition.of(place);
        return lock(session, Set.of(partition))
                .map(marks -> Objects.requireNonNull(marks.get(partition)));
    }

    /** Locks partitions, in their order, and says where each stands. */
    public Uni<Map<Partition, Mark>> lock(Mutiny.Session session, Set<Partition> partitions) {
        return RowSet.of(List.copyOf(new TreeSet<>(partitions)))
                .text("topic", Partition::topic)
                .text("id", Partition::topicId)
                .number("number", Partition::number)
                .select(
                        session,
                        """
                        insert into source_partition as w (topic, topic_id, partition_no, next_offset)
                        select topic, id, number, 0 from {rows} order by n
                        on conflict (topic, topic_id, partition_no)
                            do update set next_offset = w.next_offset
                        returning w.topic, w.topic_id, w.partition_no, w.next_offset, w.rewinds
                        """,
                        Tuple.class)
                .map(rows ->
                        rows.stream()
                                .collect(
                                        Collectors.toMap(
                                                row ->
                                                        new Partition(
                                                                row.get("topic", String.class),
                                                                row.get("topic_id", String.class),
                                                                row.get(
                                                                        "partition_no",
                                                                        Integer.class)),
                                                row ->
                                                        new Mark(
                                                                row.get("next_offset", Long.class),
                                                                row.get(
                                                                        "rewinds",
                                                                        Integer.class)))));
    }

    /** Everything below these offsets has its verdict. The caller holds the locks. */
    public Uni<Void> advance(Mutiny.Session session, Map<Partition, Long> next) {
        return RowSet.of(List.copyOf(next.entrySet()))
                .text("topic", each -> each.getKey().topic())
                .text("id", each -> each.getKey().topicId())
                .number("number", each -> each.getKey().number())
                .number("next", Map.Entry::getValue)
                .update(
                        session,
                        """
                        update source_partition w set next_offset = r.next, deliveries = 0
                        from {rows} where w.topic = r.topic and w.topic_id = r.id
                          and w.partition_no = r.number
                        """)
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
