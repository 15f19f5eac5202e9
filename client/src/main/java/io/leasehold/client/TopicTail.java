package io.leasehold.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads topics as they grow, without a consumer group and without leaving a trace. For people,
 * demonstrations and tests; services that must not miss a record use a group. For one thread only.
 */
public final class TopicTail implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;

    private TopicTail(KafkaConsumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /** Where to begin. */
    public enum Start {
        /** With the oldest record that is kept. */
        BEGINNING,
        /** With the first record written after the tail was opened. */
        NOW
    }

    /**
     * Opens a tail.
     *
     * @param kafka client settings, at least {@code bootstrap.servers}
     * @throws IllegalStateException if one of the topics does not exist or no broker answers
     */
    public static TopicTail open(
            Map<String, Object> kafka, Collection<String> topics, Start start) {
        KafkaConsumer<byte[], byte[]> consumer = TopicConsumers.open(kafka);
        try {
            List<TopicPartition> partitions = new ArrayList<>();
            for (String topic : topics) {
                partitions.addAll(
                        TopicConsumers.partitions(consumer, topic)
                                .orElseThrow(() ->
                                        new IllegalStateException(
                                                "no such topic, or no broker: " + topic)));
            }
            consumer.assign(partitions);
            switch (start) {
                case BEGINNING -> consumer.seekToBeginning(partitions);
                case NOW ->
                        // Asked now, not at the first poll, so that nothing after this is missed.
                        consumer.endOffsets(partitions).forEach(consumer::seek);
            }
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
        return new TopicTail(consumer);
    }

    /** The records that come in within that time; returns as soon as there are any. */
    public List<TailedRecord> poll(Duration atMost) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(atMost);
        List<TailedRecord> tailed = new ArrayList<>(records.count());
        records.forEach(record -> tailed.add(TailedRecord.of(record)));
        return tailed;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
