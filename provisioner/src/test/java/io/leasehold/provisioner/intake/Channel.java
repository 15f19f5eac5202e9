package io.leasehold.provisioner.intake;

import io.leasehold.provisioner.ledger.Ledger;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the messaging channel does: one consumer, polled by one thread that also seeks. */
final class Channel implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final LedgerPositions positions;
    private final TenantIntake intake;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Queue<Collection<TopicPartition>> again = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    final KafkaTopics kafka;
    final TopicWatch watch;
    private volatile boolean open = true;

    Channel(String bootstrap, String topic, MemoryLedger service) {
        Ledger ledger = new Ledger(service);
        Standing standing = new Standing();
        Succession succession = new Succession();
        IntakeConfig config = new Config(2);
        kafka = new KafkaTopics(Map.of("bootstrap.servers", bootstrap), ledger);
        positions = new LedgerPositions(ledger, kafka, standing, succession);
        intake = new TenantIntake(ledger, new RecordJudge(), standing, again::add, config);
        watch = new TopicWatch(kafka, ledger, standing, config, this::readAgain);
        Map<String, Object> settings = new HashMap<>(SuccessionInterceptor.settings(succession));
        settings.putAll(
                Map.of(
                        "bootstrap.servers", bootstrap,
                        "group.id", "intake-of-" + topic,
                        "group.protocol", "consumer",
                        "auto.offset.reset", "earliest",
                        "isolation.level", "read_committed",
                        "metadata.max.age.ms", "1000"));
        consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of(topic), new Listener());
        thread = Thread.ofPlatform().name("channel").start(this::poll);
    }

    private void readAgain(Collection<TopicPartition> partitions) {
        if (!partitions.isEmpty()) {
            again.add(partitions);
        }
    }

    private void poll() {
        while (open) {
            var records = consumer.poll(POLL);
            if (!records.isEmpty()) {
                intake.accept(records);
            }
            Collection<TopicPartition> partitions = again.poll();
            if (partitions != null) {
                positions.placeAgain(consumer, partitions);
            }
        }
    }

    @Override
    public void close() {
        open = false;
        while (thread.isAlive()) {
            LockSupport.parkNanos(POLL.toNanos());
        }
        consumer.close();
        kafka.close();
    }

    private final class Listener implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            positions.onPartitionsRevoked(consumer, partitions);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            positions.onPartitionsAssigned(consumer, partitions);
        }
    }

    record Config(int batch) implements IntakeConfig {
        @Override
        public boolean enabled() {
            return true;
        }

        @Override
        public Duration topicCheck() {
            return Duration.ofSeconds(1);
        }
    }
}
