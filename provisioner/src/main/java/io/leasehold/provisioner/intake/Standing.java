package io.leasehold.provisioner.intake;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Where this reader stands: which topic it reads, and up to where the ledger has taken what it
 * handed in. Shared by the threads that poll, hand in and watch.
 */
@ApplicationScoped
class Standing {

    private final Map<String, TopicFacts> topics = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Long> ledgerAt = new ConcurrentHashMap<>();

    void reads(String topic, TopicFacts facts) {
        topics.put(topic, facts);
    }

    /** Empty before the first assignment. */
    Optional<TopicFacts> topic(String name) {
        return Optional.ofNullable(topics.get(name));
    }

    void standsAt(TopicPartition partition, long next) {
        ledgerAt.put(partition, next);
    }

    /** The ledger has a record of a partition; what was read of another topic says nothing. */
    void took(TopicPartition partition, @Nullable String topicId, long offset) {
        if (topic(partition.topic()).filter(topic -> topic.id().equals(topicId)).isPresent()) {
            ledgerAt.computeIfPresent(partition, (_, next) -> Math.max(next, offset + 1));
        }
    }

    void gaveUp(Collection<TopicPartition> partitions) {
        partitions.forEach(ledgerAt::remove);
    }

    /** All partitions that are this reader's, as they stand now. */
    Map<TopicPartition, Long> now() {
        return Map.copyOf(ledgerAt);
    }
}
