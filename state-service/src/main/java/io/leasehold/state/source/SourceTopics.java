package io.leasehold.state.source;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Remembers which topics bore a name, and how many partitions each has. Safe to share. */
@ApplicationScoped
public class SourceTopics {
    private static final Logger LOGGER = Logger.getLogger(SourceTopics.class);

    private final Mutiny.SessionFactory sessions;
    private final Set<Told> told = ConcurrentHashMap.newKeySet();

    SourceTopics(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    /**
     * What a reader tells of a topic.
     *
     * @param topicId empty where it does not tell it
     * @param partitions 0 where it does not tell it
     */
    public record Told(String topic, String topicId, int partitions) {}

    /**
     * Takes note of what a reader tells, in a transaction of its own; what this process has heard
     * before costs nothing.
     */
    public Uni<Void> note(Told topic) {
        return topic.topicId().isEmpty() || told.contains(topic)
                ? Uni.createFrom().voidItem()
                : sessions.withTransaction((session, _) -> write(session, topic))
                        .invoke(() -> told.add(topic));
    }

    /**
     * As {@link #note}, though it was heard before: the database was put back and has forgotten.
     */
    public Uni<Void> noteAgain(Told topic) {
        told.remove(topic);
        return note(topic);
    }

    private static Uni<Void> write(Mutiny.Session session, Told topic) {
        return session.createNativeQuery(
                        """
                        insert into source_topic as t
                            (topic, topic_id, ordinal, partitions, told_partitions, first_seen)
                        select :topic, :id,
                            case when exists (select 1 from source_topic where topic = :topic)
                                then null else 1 end,
                            :partitions, :partitions, clock_timestamp()
                        on conflict (topic, topic_id) do update set
                            partitions = case when t.partitions = 0 then :partitions else t.partitions end,
                            told_partitions = greatest(t.told_partitions, :partitions)
                        returning coalesce(ordinal, 0)
                        """,
                        Integer.class)
                .setParameter("topic", topic.topic())
                .setParameter("id", topic.topicId())
                .setParameter("partitions", topic.partitions())
                .getSingleResult()
                .chain(ordinal -> {
                    if (ordinal == 1) {
                        return takeOver(session, topic);
                    }
                    if (ordinal == 0) {
                        LOGGER.warnf(
                                "a topic was made again topic=%s topicId=%s",
                                topic.topic(), topic.topicId());
                    }
                    return Uni.createFrom().voidItem();
                });
    }

    /** What was handed in before anybody told the topic's id was of the first topic. */
    private static Uni<Void> takeOver(Mutiny.Session session, Told topic) {
        return session.createNativeQuery(
                        """
                        update source_partition as p set topic_id = :id
                        where topic = :topic and topic_id = '' and not exists (select 1 from source_partition o
                            where o.topic = :topic and o.topic_id = :id and o.partition_no = p.partition_no)
                        """)
                .setParameter("topic", topic.topic())
                .setParameter("id", topic.topicId())
                .executeUpdate()
                .replaceWithVoid();
    }

    /**
     * What is known of the topic of a place.
     *
     * @param ordinal which of the topics of that name it is; null while no operator has said so
     * @param partitions how many operators know of
     * @param toldPartitions how many the newest reader found
     */
    public record Known(@Nullable Integer ordinal, int partitions, int toldPartitions) {}

    /** What is known of a place's topic, in the caller's transaction. */
    public Uni<Known> known(Mutiny.Session session, Place place) {
        return session.createNativeQuery(
                        """
                        select ordinal, partitions, told_partitions from source_topic
                        where topic = :topic and topic_id = :id
                        """,
                        Tuple.class)
                .setParameter("topic", place.topic())
                .setParameter("id", place.topicId())
                .getSingleResultOrNull()
                .map(row ->
                        row == null
                                ? new Known(null, 0, 0)
                                : new Known(
                                        row.get(0, Integer.class),
                                        row.get(1, Integer.class),
                                        row.get(2, Integer.class)));
    }

    /** The newest topic of a name, locked; empty when none was ever heard of. */
    public Uni<Optional<Newest>> newest(Mutiny.Session session, String topic) {
        return session.createNativeQuery(
                        """
                        select topic_id, ordinal, partitions, told_partitions from source_topic
                        where topic = :topic order by first_seen desc limit 1 for update
                        """,
                        Tuple.class)
                .setParameter("topic", topic)
                .getSingleResultOrNull()
                .map(row ->
                        Optional.ofNullable(row)
                                .map(found ->
                                        new Newest(
                                                found.get(0, String.class),
                                                new Known(
                                                        found.get(1, Integer.class),
                                                        found.get(2, Integer.class),
                                                        found.get(3, Integer.class)))));
    }

    /** The newest topic of a name. */
    public record Newest(String topicId, Known known) {

        /** Operators know of it as it is. */
        public boolean confirmed() {
            return known.ordinal() != null && known.partitions() == known.toldPartitions();
        }
    }

    /** Operators know of it as it is: it goes on where the last one of that name ended. */
    public Uni<Void> confirm(Mutiny.Session session, String topic, String topicId) {
        return session.createNativeQuery(
                        """
                        update source_topic set partitions = told_partitions, ordinal = coalesce(ordinal,
                            1 + (select max(ordinal) from source_topic where topic = :topic))
                        where topic = :topic and topic_id = :id
                        """)
                .setParameter("topic", topic)
                .setParameter("id", topicId)
                .executeUpdate()
                .replaceWithVoid();
    }
}
