package io.leasehold.it.outage;

import static io.leasehold.it.Site.SOON;
import static io.leasehold.testsupport.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.events.EventType;
import io.leasehold.events.Topics;
import io.leasehold.events.outgoing.CloudEventHeaders;
import io.leasehold.it.JvmService;
import io.leasehold.it.Site;
import io.leasehold.it.Site.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a running intake reads, and how often, when group, topic or ledger are not what they were.
 * The events are of a blueprint that nobody registers: what becomes of them needs no run.
 */
@Timeout(400)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadingIT {
    private static final String GROUP = "leasehold-intake";
    private static final String REVOKED = "revoked re-balance listener";
    private static final int MANY = 17_000;
    private static final int TENANTS = 200;

    /** All of what waits is more than this provisioner could hold. */
    private static final Map<String, String> SMALL =
            Map.of("JAVA_TOOL_OPTIONS", "-Xmx128m -XX:+ExitOnOutOfMemoryError");

    private static final String EIGHT_KIBIBYTES = "x".repeat(8 * 1024);

    @TempDir private static Path folder;

    private Site site;
    private JvmService intake;

    @BeforeAll
    void aReader() throws Exception {
        site = new Site(folder, Map.of());
        intake = site.provisioner("reader", EnumSet.of(Role.INTAKE), SMALL);
    }

    @AfterAll
    void stop() throws Exception {
        site.close();
    }

    @AfterEach
    void nothingIsDeadLettered() throws Exception {
        assertThat(site.ledger.column("select code from dead_letter")).isEmpty();
        assertThat(intake.isAlive()).isTrue();
    }

    @Test
    void aTopicDeletedAndMadeAgainIsReadFromItsBeginning() throws Exception {
        List<String> expected = new ArrayList<>(List.of("PENDING"));
        publish("again", 1, 1);
        site.awaitEvents("again", "PENDING");
        for (int generation = 2; generation <= 4; generation++) {
            makeTopicAgain();
            publish("again", generation, generation);
            expected.addFirst("SUPERSEDED");
            site.awaitEvents("again", expected.toArray(String[]::new));
        }
        // For those who look at its lag in Kafka.
        eventually(SOON, () -> assertThat(committed().values()).contains(1L));
    }

    private void makeTopicAgain() throws Exception {
        String topic = Topics.TENANT_LIFECYCLE;
        try (Admin admin = admin()) {
            int partitions =
                    Objects.requireNonNull(
                                    admin.describeTopics(List.of(topic))
                                            .allTopicNames()
                                            .get()
                                            .get(topic))
                            .partitions()
                            .size();
            int revoked = occurrences(REVOKED);
            admin.deleteTopics(List.of(topic)).all().get();
            // Until its reader was told: then it must not ask Kafka about what is gone.
            eventually(SOON, () -> assertThat(occurrences(REVOKED)).isGreaterThan(revoked));
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
        }
    }

    private int occurrences(String words) throws Exception {
        return intake.log().split(words, -1).length - 1;
    }

    @Test
    void aGroupThatStartsFromTheBeginningChangesNothing() throws Exception {
        publish("beginning", 1, 50);
        awaitAll("beginning", 50);
        List<String> before = site.ledger.column(EVENTS);

        intake.signal("TERM");
        try (Admin admin = admin()) {
            eventually(
                    SOON,
                    () -> {
                        try {
                            admin.deleteConsumerGroups(List.of(GROUP)).all().get();
                        } catch (ExecutionException stillThere) {
                            throw new AssertionError(stillThere);
                        }
                    });
        }
        intake = site.provisioner("reader", EnumSet.of(Role.INTAKE), SMALL);
        publish("beginning-after", 1, 1);
        awaitAll("beginning-after", 1);

        assertThat(site.ledger.column(EVENTS))
                .filteredOn(event -> !event.startsWith("beginning-after"))
                .isEqualTo(before);
    }

    private static final String EVENTS =
            "select tenant_id || ' ' || generation || ' ' || disposition from tenant_event order by id";

    @Test
    void aStormOfReadersThatComeAndGoLosesNothingAndDoublesNothing() throws Exception {
        for (int round = 1; round <= 8; round++) {
            publish("storm", round * 100 - 99, round * 100 - 50);
            try (KafkaConsumer<byte[], byte[]> passerBy = reader()) {
                eventually(
                        SOON,
                        () -> {
                            passerBy.poll(Duration.ofMillis(20));
                            assertThat(passerBy.assignment()).isNotEmpty();
                        });
                publish("storm", round * 100 - 49, round * 100);
            }
        }

        awaitAll("storm", 800);
        assertThat(
                        site.ledger.column(
                                "select generation from tenant_event where tenant_id = 'storm'"
                                        + " order by id"))
                .as("in order")
                .isEqualTo(IntStream.rangeClosed(1, 800).mapToObj(String::valueOf).toList());
    }

    @Test
    void whatWaitsWhileTheLedgerIsAwayStaysWithTheBroker() throws Exception {
        publish("at-work", 1, 1);
        awaitAll("at-work", 1);
        site.killService();
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            // The newest first: the others are stale, which costs the ledger least. A batch has
            // events of many tenants, as those that come back with a broker do.
            List<Future<?>> sent = new ArrayList<>();
            for (int generation = MANY / TENANTS; generation >= 1; generation--) {
                for (int tenant = 0; tenant < TENANTS; tenant++) {
                    sent.add(send(producer, "many-" + tenant, generation, EIGHT_KIBIBYTES));
                }
            }
            await(sent);
        }
        eventually(SOON, () -> assertThat(intake.log()).contains("call=intake again=true"));
        assertThat(committed().values().stream().mapToLong(Long::longValue).sum())
                .as("nothing is acknowledged that the ledger has not")
                .isLessThanOrEqualTo(
                        Long.parseLong(
                                site.ledger
                                        .column("select count(*) from tenant_event")
                                        .getFirst()));
        site.startServiceAgain();

        eventually(
                Duration.ofMinutes(5),
                () ->
                        assertThat(
                                        site.ledger.column(
                                                "select disposition || ' ' || count(*) from"
                                                        + " tenant_event where tenant_id like 'many-%'"
                                                        + " group by disposition order by disposition"))
                                .containsExactly(
                                        "PENDING " + TENANTS, "STALE " + (MANY - TENANTS)));
    }

    private void awaitAll(String tenant, int events) throws Exception {
        eventually(
                SOON,
                () ->
                        assertThat(
                                        site.ledger.column(
                                                "select count(*) from tenant_event where tenant_id = '%s'"
                                                        .formatted(tenant)))
                                .as(site::said)
                                .containsExactly(Integer.toString(events)));
    }

    private Map<TopicPartition, Long> committed() throws Exception {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        try (Admin admin = admin()) {
            for (Map.Entry<TopicPartition, OffsetAndMetadata> each :
                    admin.listConsumerGroupOffsets(GROUP)
                            .partitionsToOffsetAndMetadata()
                            .get()
                            .entrySet()) {
                offsets.put(each.getKey(), each.getValue().offset());
            }
        }
        return offsets;
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", site.bootstrap()));
    }

    /** Another one of the group that takes nothing in. */
    private KafkaConsumer<byte[], byte[]> reader() {
        KafkaConsumer<byte[], byte[]> reader =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                site.bootstrap(),
                                "group.id",
                                GROUP,
                                "group.protocol",
                                "consumer",
                                "enable.auto.commit",
                                "false"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        reader.subscribe(List.of(Topics.TENANT_LIFECYCLE));
        return reader;
    }

    /** One event for each generation from the first to the last. */
    private void publish(String tenant, int first, int last) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            List<Future<?>> sent = new ArrayList<>();
            for (int generation = first; generation <= last; generation++) {
                sent.add(send(producer, tenant, generation, ""));
            }
            await(sent);
        }
    }

    private static void await(List<Future<?>> sent) throws Exception {
        for (Future<?> one : sent) {
            one.get();
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", site.bootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static Future<?> send(
            KafkaProducer<byte[], byte[]> producer, String tenant, int generation, String note) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        Topics.TENANT_LIFECYCLE,
                        tenant.getBytes(UTF_8),
                        """
                        {"tenantId":"%s","generation":%d,"lifecycle":"active",
                         "blueprint":{"name":"nowhere","version":"1.0.0"},
                         "variables":{"note":"%s"}}
                        """
                                .formatted(tenant, generation, note)
                                .getBytes(UTF_8));
        CloudEventHeaders.of(tenant, "https://upstream.example/test", Instant.EPOCH)
                .render(EventType.TENANT_UPDATED.value(), "tenants/" + tenant, tenant)
                .forEach(header -> record.headers().add(header.name(), header.value()));
        return producer.send(record);
    }
}
