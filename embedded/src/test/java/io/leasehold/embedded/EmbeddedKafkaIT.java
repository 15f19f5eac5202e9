package io.leasehold.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {
    @TempDir Path folder;

    @Test
    void keeps_topics_transactions_and_groups_when_it_starts_again() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(KafkaOptions.plain(folder, 0))) {
            createTopic(kafka, "kept");
            send(kafka, "kept", "one", "two");
            assertThat(read(kafka, "kept", 2)).containsExactly("one", "two");
        }

        try (EmbeddedKafka kafka = EmbeddedKafka.start(KafkaOptions.plain(folder, 0))) {
            send(kafka, "kept", "three");
            // The group goes on where it stood.
            assertThat(read(kafka, "kept", 1)).containsExactly("three");
        }
    }

    @Test
    void lives_beside_another_one_and_tells_each_listener_its_own_address() throws Exception {
        KafkaOptions tenants =
                new KafkaOptions(
                        folder.resolve("tenants"),
                        0,
                        new KafkaOptions.NamedListener(0, "kafka.tenants.internal", 9092),
                        true);
        try (EmbeddedKafka platform =
                        EmbeddedKafka.start(KafkaOptions.plain(folder.resolve("platform"), 0));
                EmbeddedKafka other = EmbeddedKafka.start(tenants)) {
            createTopic(platform, "here");
            createTopic(other, "there");

            assertThat(topics(platform)).containsExactly("here");
            assertThat(topics(other)).containsExactly("there");
            assertThat(other.namedPort()).isPositive().isNotEqualTo(other.port());
            try (Admin admin = admin("127.0.0.1:" + other.port())) {
                assertThat(admin.describeCluster().controller().get().host())
                        .isEqualTo("127.0.0.1");
                AclBinding acl = readAcl("there");
                admin.createAcls(List.of(acl)).all().get();
                assertThat(admin.describeAcls(AclBindingFilter.ANY).values().get())
                        .containsExactly(acl);
            }
        }
    }

    private static AclBinding readAcl(String topic) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry(
                        "User:someone", "*", AclOperation.READ, AclPermissionType.ALLOW));
    }

    private static Admin admin(String bootstrap) {
        return Admin.create(Map.<String, Object>of("bootstrap.servers", bootstrap));
    }

    private static Set<String> topics(EmbeddedKafka kafka) throws Exception {
        try (Admin admin = admin(kafka.bootstrapServers())) {
            return admin.listTopics().names().get();
        }
    }

    private static void createTopic(EmbeddedKafka kafka, String name) throws Exception {
        try (Admin admin = admin(kafka.bootstrapServers())) {
            admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
        }
    }

    private static void send(EmbeddedKafka kafka, String topic, String... values) {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        Map.<String, Object>of(
                                "bootstrap.servers",
                                kafka.bootstrapServers(),
                                "transactional.id",
                                "writer"),
                        new StringSerializer(),
                        new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (String value : values) {
                var _ = producer.send(new ProducerRecord<>(topic, value));
            }
            producer.commitTransaction();
        }
    }

    private static List<String> read(EmbeddedKafka kafka, String topic, int wanted) {
        List<String> values = new ArrayList<>();
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>of(
                                "bootstrap.servers", kafka.bootstrapServers(),
                                "group.id", "reader",
                                "group.protocol", "consumer",
                                "isolation.level", "read_committed",
                                "auto.offset.reset", "earliest"),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            while (values.size() < wanted && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> record :
                        consumer.poll(Duration.ofMillis(200))) {
                    values.add(record.value());
                }
            }
            consumer.commitSync();
        }
        return values;
    }
}
