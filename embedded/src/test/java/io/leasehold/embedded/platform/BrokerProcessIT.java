package io.leasehold.embedded.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.embedded.LocalFiles;
import io.leasehold.embedded.Ports;
import io.leasehold.embedded.StartFailedException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerProcessIT {
    private static final TopicPartition PLACE = new TopicPartition("kept", 0);

    /** Its clients tell much at INFO; the reference keeps the level from being collected. */
    private static final Logger CLIENTS = Logger.getLogger("org.apache.kafka");

    @TempDir private Path folder;

    @BeforeAll
    static void quiet() {
        CLIENTS.setLevel(Level.WARNING);
    }

    @Test
    void what_it_acknowledged_is_there_after_a_kill_at_the_same_address() throws Exception {
        int port = Ports.free();
        Map<String, Object> kafka = Map.of("bootstrap.servers", "127.0.0.1:" + port);
        BrokerProcess broker = broker(port);
        Supervised.Running first = broker.start();
        try (Admin admin = Admin.create(kafka)) {
            admin.createTopics(List.of(new NewTopic(PLACE.topic(), 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(
                            new ProducerRecord<>(
                                    PLACE.topic(), "here".getBytes(StandardCharsets.UTF_8)))
                    .get(30, TimeUnit.SECONDS);
        }

        first.process().destroyForcibly().waitFor();
        Supervised.Running second = broker.start();

        try {
            assertThat(values(kafka)).containsExactly("here");
        } finally {
            second.stop().run();
        }
        assertThat(second.process().isAlive()).isFalse();
    }

    /** Kafka's own threads would keep a process that serves nobody. */
    @Test
    void a_broker_that_cannot_start_ends() throws Exception {
        int port = Ports.free();
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            BrokerProcess broker = broker(port);

            assertThatThrownBy(broker::start)
                    .isInstanceOf(StartFailedException.class)
                    .hasMessageContaining("ended while starting (exit 1)")
                    .hasMessageContaining("the broker cannot start");
        }
    }

    private BrokerProcess broker(int port) {
        return new BrokerProcess(
                LocalFiles.privateDirectory(folder.resolve("broker")),
                folder.resolve("data"),
                port,
                folder.resolve("broker.log"));
    }

    private static List<String> values(Map<String, Object> kafka) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(PLACE));
            consumer.seekToBeginning(List.of(PLACE));
            consumer.poll(Duration.ofSeconds(20))
                    .forEach(record ->
                            values.add(new String(record.value(), StandardCharsets.UTF_8)));
        }
        return values;
    }
}
