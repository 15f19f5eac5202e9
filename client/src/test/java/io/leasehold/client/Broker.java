package io.leasehold.client;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.embedded.EmbeddedKafka;
import io.leasehold.embedded.KafkaOptions;
import io.leasehold.events.Header;
import io.leasehold.events.TopicSpec;
import io.leasehold.events.Topics;
import io.leasehold.events.outgoing.CloudEventHeaders;
import io.leasehold.events.outgoing.EventData;
import io.leasehold.events.outgoing.OutgoingRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A real broker with topics of the contract, and a producer that writes what it is told. */
public final class Broker implements AutoCloseable {
    private static final int PARTITIONS = 3;

    private final EmbeddedKafka kafka;
    private final KafkaProducer<byte[], byte[]> producer;

    private Broker(EmbeddedKafka kafka) {
        this.kafka = kafka;
        this.producer =
                new KafkaProducer<>(
                        settings(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    public static Broker start(Path folder) {
        return new Broker(EmbeddedKafka.start(KafkaOptions.plain(folder, 0)));
    }

    public Map<String, Object> settings() {
        return Map.of("bootstrap.servers", kafka.bootstrapServers());
    }

    /** Makes that topic of the contract with its own settings, but few partitions. */
    public Broker with(String topic) throws Exception {
        TopicSpec spec = Topics.spec(topic);
        try (Admin admin = Admin.create(settings())) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(spec.name(), PARTITIONS, (short) 1)
                                            .configs(spec.config())))
                    .all()
                    .get();
            // It is made before the broker tells others of it.
            eventually(
                    Duration.ofSeconds(30),
                    () -> assertThat(admin.listTopics().names().get()).contains(topic));
        }
        return this;
    }

    public void send(EventData... data) throws ExecutionException, InterruptedException {
        for (EventData one : data) {
            send(OutgoingRecord.of(one, CloudEventHeaders.of("id", "/test", Instant.EPOCH)));
        }
    }

    public void send(OutgoingRecord record) throws ExecutionException, InterruptedException {
        producer.send(producerRecord(record)).get();
    }

    static ProducerRecord<byte[], byte[]> producerRecord(OutgoingRecord record) {
        return new ProducerRecord<>(
                record.topic(),
                null,
                record.key(),
                record.value(),
                record.headers().stream().map(Broker::header).toList());
    }

    private static org.apache.kafka.common.header.Header header(Header header) {
        return new RecordHeader(header.name(), header.value());
    }

    @Override
    public void close() {
        producer.close();
        kafka.close();
    }
}
