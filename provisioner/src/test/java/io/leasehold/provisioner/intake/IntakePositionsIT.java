package io.leasehold.provisioner.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.testsupport.Eventually;
import io.leasehold.testsupport.TestKafka;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** What is read from a real broker, and from where, when topic or ledger are not what they were. */
@Timeout(90)
class IntakePositionsIT {
    private static final Duration WITHIN = Duration.ofSeconds(40);

    private final MemoryLedger ledger = new MemoryLedger();
    private final Admin admin =
            Admin.create(Map.of("bootstrap.servers", TestKafka.bootstrapServers()));
    private String topic = "";

    @BeforeEach
    void topicOfItsOwn(TestInfo test) throws Exception {
        topic = test.getTestMethod().orElseThrow().getName();
        create();
    }

    @AfterEach
    void close() {
        admin.close();
    }

    @Test
    void aTopicDeletedAndMadeAgainIsReadFromItsBeginning() throws Exception {
        send(3);
        try (Channel channel = channel()) {
            String first = channel.kafka.mustFind(topic).id();
            Eventually.eventually(WITHIN, () -> assertThat(ledger.offsets(first)).hasSize(3));

            admin.deleteTopics(List.of(topic)).all().get();
            Eventually.eventually(WITHIN, () -> assertThat(channel.kafka.find(topic)).isEmpty());
            create();
            // More than were read of the first: a reader that goes on at 3 would miss some.
            send(5);
            String second = channel.kafka.mustFind(topic).id();

            Eventually.eventually(
                    WITHIN,
                    () -> {
                        channel.watch.look();
                        assertThat(ledger.offsets(second)).isEqualTo(upTo(5));
                    });
            assertThat(second).isNotEqualTo(first);
        }
    }

    @Test
    void aLedgerThatWentBackIsHandedInAgainWhatItLacksThoughNothingNewComes() throws Exception {
        send(7);
        try (Channel channel = channel()) {
            String id = channel.kafka.mustFind(topic).id();
            Eventually.eventually(WITHIN, () -> assertThat(ledger.offsets(id)).hasSize(7));

            ledger.putBack(topic, 2);
            channel.watch.look();

            Eventually.eventually(WITHIN, () -> assertThat(ledger.offsets(id)).isEqualTo(upTo(7)));
        }
    }

    @Test
    void whatComesWhileTheLedgerIsBehindIsTakenAfterWhatItLacks() throws Exception {
        send(7);
        try (Channel channel = channel()) {
            String id = channel.kafka.mustFind(topic).id();
            Eventually.eventually(WITHIN, () -> assertThat(ledger.offsets(id)).hasSize(7));

            ledger.putBack(topic, 2);
            send(3);

            Eventually.eventually(WITHIN, () -> assertThat(ledger.offsets(id)).isEqualTo(upTo(10)));
        }
    }

    /**
     * Kafka would take its partitions for placed, and what is polled then for read from nowhere.
     */
    @Test
    void aRefusalWhenPartitionsAreGivenIsOutlasted() throws Exception {
        send(3);
        ledger.refusals.set(1);
        try (Channel channel = channel()) {
            String id = channel.kafka.mustFind(topic).id();

            Eventually.eventually(WITHIN, () -> assertThat(ledger.offsets(id)).isEqualTo(upTo(3)));
        }
    }

    /** Whatever waits for Kafka on the thread that polls may wait for a topic that is gone. */
    @Test
    void nothingIsAskedOfKafkaWhenPartitionsAreGiven() {
        TopicPartition partition = new TopicPartition(topic, 0);
        List<String> asked = new ArrayList<>();
        Consumer<?, ?> consumer =
                (Consumer<?, ?>)
                        Proxy.newProxyInstance(
                                Consumer.class.getClassLoader(),
                                new Class<?>[] {Consumer.class},
                                (_, method, arguments) -> {
                                    asked.add(method.getName() + " " + arguments[1]);
                                    return null;
                                });
        Ledger taken = new Ledger(ledger);
        KafkaTopics kafka =
                new KafkaTopics(Map.of("bootstrap.servers", TestKafka.bootstrapServers()), taken);

        new LedgerPositions(taken, kafka, new Standing(), new Succession())
                .onPartitionsAssigned(consumer, List.of(partition));

        assertThat(asked).containsExactly("seek 0");
        kafka.close();
    }

    private static List<Long> upTo(long end) {
        return LongStream.range(0, end).boxed().toList();
    }

    private Channel channel() {
        return new Channel(TestKafka.bootstrapServers(), topic, ledger);
    }

    private void create() throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }

    private void send(int records) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", TestKafka.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(topic, "acme".getBytes(UTF_8), new byte[] {1}))
                        .get();
            }
        }
    }
}
