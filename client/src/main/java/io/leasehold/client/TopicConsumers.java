package io.leasehold.client;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Consumers without a group, which read whole topics and see only what was committed. */
final class TopicConsumers {
    /** To connect as well, with a broker that is busy; an answer ends it. */
    private static final Duration LOOK_UP = Duration.ofSeconds(15);

    private TopicConsumers() {}

    static KafkaConsumer<byte[], byte[]> open(Map<String, Object> kafka) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** The partitions of a topic; empty if there is no such topic yet or no broker answers. */
    static Optional<List<TopicPartition>> partitions(
            KafkaConsumer<byte[], byte[]> consumer, String topic) {
        try {
            @Nullable List<PartitionInfo> found = consumer.partitionsFor(topic, LOOK_UP);
            if (found == null || found.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(
                    found.stream().map(p -> new TopicPartition(p.topic(), p.partition())).toList());
        } catch (TimeoutException | UnknownTopicOrPartitionException e) {
            return Optional.empty();
        }
    }
}
