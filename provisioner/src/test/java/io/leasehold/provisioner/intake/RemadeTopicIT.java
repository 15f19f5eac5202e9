package io.leasehold.provisioner.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.testsupport.Eventually;
import io.leasehold.testsupport.TestKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A topic is deleted and made again while the channel is paused and holds fetched records of the
 * first one that nobody polled yet.
 */
@Timeout(90)
class RemadeTopicIT {
    private static final String TOPIC = "remade";
    private static final int RECORDS = 6;
    private static final Duration POLL = Duration.ofMillis(200);

    private final Map<String, Object> broker =
            Map.of("bootstrap.servers", TestKafka.bootstrapServers());
    private final Admin admin = Admin.create(broker);
    private final MemoryLedger taken = new MemoryLedger();
    private final Ledger ledger = new Ledger(taken);
    private final KafkaTopics kafka = new KafkaTopics(broker, ledger);
    private final Succession succession = new Succession();
    private final LedgerPositions positions =
            new LedgerPositions(ledger, kafka, new Standing(), succession);
    private final List<String> seen = new ArrayList<>();

    @AfterEach
    void close() {
        kafka.close();
        admin.close();
    }

    @Test
    void whatWasFetchedOfTheFirstIsNotTakenForTheSecond() throws Exception {
        create("A");
        try (KafkaConsumer<byte[], byte[]> consumer = reader()) {
            ConsumerRecords<byte[], byte[]> first = ConsumerRecords.empty();
            while (first.isEmpty()) {
                first = consumer.poll(POLL);
            }
            consumer.pause(consumer.assignment());
            admin.deleteTopics(List.of(TOPIC)).all().get();
            Eventually.eventually(
                    Duration.ofSeconds(20), () -> assertThat(kafka.find(TOPIC)).isEmpty());
            create("B");
            String second = kafka.mustFind(TOPIC).id();

            positions.placeAgain(consumer, consumer.assignment());
            consumer.resume(consumer.assignment());

            while (seen.stream().filter(each -> each.startsWith("B")).count() < 2 * RECORDS) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    PolledRecord polled = (PolledRecord) record;
                    String value = new String(polled.value(), UTF_8);
                    seen.add(value);
                    assertThat(polled.topicId().equals(second))
                            .as("%s at %d", value, polled.offset())
                            .isEqualTo(value.startsWith("B"));
                }
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> reader() {
        Map<String, Object> settings = new HashMap<>(SuccessionInterceptor.settings(succession));
        settings.putAll(broker);
        settings.putAll(
                Map.of(
                        "group.id", "readers-of-" + TOPIC,
                        "group.protocol", "consumer",
                        "auto.offset.reset", "earliest",
                        "isolation.level", "read_committed",
                        "max.poll.records", 2));
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(
                Set.of(TOPIC),
                new ConsumerRebalanceListener() {
                    @Override
                    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                        positions.onPartitionsRevoked(consumer, partitions);
                    }

                    @Override
                    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                        positions.onPartitionsAssigned(consumer, partitions);
                    }
                });
        return consumer;
    }

    private void create(String values) throws Exception {
        admin.createTopics(List.of(new NewTopic(TOPIC, 2, (short) 1))).all().get();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(broker, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < 2 * RECORDS; i++) {
                byte[] value = (values + i).getBytes(UTF_8);
                producer.send(new ProducerRecord<>(TOPIC, i % 2, "acme".getBytes(UTF_8), value))
                        .get();
            }
        }
    }
}
