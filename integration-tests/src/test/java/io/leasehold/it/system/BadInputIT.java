package io.leasehold.it.system;

import static io.leasehold.testsupport.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.cli.ExitCode;
import io.leasehold.cli.Main;
import io.leasehold.cli.service.StateService;
import io.leasehold.client.TailedRecord;
import io.leasehold.client.TopicTail;
import io.leasehold.embedded.platform.PlatformSystem;
import io.leasehold.events.EventType;
import io.leasehold.events.Header;
import io.leasehold.events.Headers;
import io.leasehold.events.Topics;
import io.leasehold.events.outgoing.CloudEventHeaders;
import io.leasehold.events.outgoing.StackOutputs;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.SourcePosition;
import io.leasehold.ledger.api.TenantView;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * What no publisher should send, sent over Kafka to the whole system, all of it into one partition,
 * before and behind the event of a tenant that has done nothing wrong.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedSystem.class)
class BadInputIT {
    private static final Duration WORK = Duration.ofMinutes(3);
    private static final int PARTITION = 0;

    @TempDir private static Path folder;

    private final Map<String, Long> offsets = new HashMap<>();
    private final List<TailedRecord> told = new ArrayList<>();
    private @Nullable PlatformSystem system;

    @BeforeAll
    void everythingIsSentAndEnds(PlatformSystem started) throws Exception {
        system = started;
        List<BadRecord> bad = BadRecord.all();
        Map<String, Object> kafka = Map.of("bootstrap.servers", started.kafkaBootstrapServers());
        try (KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(
                                kafka, new ByteArraySerializer(), new ByteArraySerializer());
                TopicTail tail =
                        TopicTail.open(
                                kafka,
                                List.of(Topics.DEAD_LETTER, Topics.STACK_OUTPUTS),
                                TopicTail.Start.BEGINNING)) {
            for (BadRecord one : bad.subList(0, bad.size() / 2)) {
                offsets.put(one.name(), send(producer, one.key(), one.value(), one.headers()));
            }
            sendGood(producer, "good-among");
            for (BadRecord one : bad.subList(bad.size() / 2, bad.size())) {
                offsets.put(one.name(), send(producer, one.key(), one.value(), one.headers()));
            }
            until(tail, () -> letters().count() >= bad.size() && outputsOf("good-among"));
            sendGood(producer, "good-after");
            until(tail, () -> outputsOf("good-after"));
        }
    }

    static List<BadRecord> bad() {
        return BadRecord.all();
    }

    static List<BadRecord> badFiles() {
        return bad().stream().filter(one -> one.check().isPresent()).toList();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void ends_in_one_dead_letter_on_the_topic_and_in_the_ledger_as_it_was_sent(BadRecord bad) {
        SourcePosition origin = position(bad);

        TailedRecord letter = only(letters().filter(one -> origin.equals(origin(one))).toList());
        DeadLetterView listed =
                only(
                        service()
                                .all(Paths.DEAD_LETTERS, Map.of(), DeadLetterView.class, 1000)
                                .stream()
                                .filter(one -> isAt(origin, one.position()))
                                .toList());

        assertThat(letter.header(Headers.DLT_CODE)).hasValue(bad.code().name());
        assertThat(letter.header(Headers.DLT_ID)).hasValue(listed.id());
        assertThat(letter.header(Headers.DEAD_LETTER_REASON)).isNotEmpty();
        assertThat(letter.key()).isEqualTo(text(bad.key()));
        assertThat(letter.value()).isEqualTo(bad.value());
        assertThat(Headers.withoutPlatformOwned(letter.headers())).isEqualTo(bad.headers());

        DeadLetterView kept =
                service()
                        .get(
                                StateService.path(Paths.DEAD_LETTER, Map.of("id", listed.id())),
                                Map.of("raw", true),
                                DeadLetterView.class);
        assertThat(kept.code()).isEqualTo(bad.code().name());
        assertThat(kept.status()).isEqualTo("OPEN");
        assertThat(kept.key()).isEqualTo(text(bad.key()));
        assertThat(kept.value()).isEqualTo(text(bad.value()));
        assertThat(kept.headers().stream().map(h -> new Header(h.name(), h.value())).toList())
                .isEqualTo(bad.headers());
    }

    @ParameterizedTest
    @MethodSource("badFiles")
    void is_named_by_publish_before_it_is_sent(BadRecord bad) throws IOException {
        Path file = Files.write(folder.resolve("event.json"), Objects.requireNonNull(bad.value()));
        List<String> line = new ArrayList<>(List.of("publish", file.toString(), "--check"));
        line.addAll(bad.check().orElseThrow());
        StringWriter said = new StringWriter();
        CommandLine command =
                Main.commandLine(
                        Map.of(
                                "LEASEHOLD_URL", running().stateServiceUrl().toString(),
                                "LEASEHOLD_TOKEN", running().operatorToken()));

        int exit = command.setErr(new PrintWriter(said, true)).execute(line.toArray(String[]::new));

        assertThat(said.toString()).startsWith(bad.code().name() + ": ");
        assertThat(exit).isEqualTo(ExitCode.REFUSED.number());
    }

    @Test
    void stops_nobody_else_and_loses_nothing() throws Exception {
        assertThat(letters()).hasSize(BadRecord.all().size());
        for (String tenant : List.of("good-among", "good-after")) {
            eventually(WORK, () -> assertThat(phase(tenant)).isEqualTo("READY"));
        }
    }

    private static void sendGood(KafkaProducer<byte[], byte[]> producer, String tenant)
            throws Exception {
        String data =
                """
                {"tenantId":"%s","generation":1,"lifecycle":"active",
                 "blueprint":{"name":"strict","version":"1.0.0"},"variables":{"note":"sound"}}
                """
                        .formatted(tenant);
        List<Header> headers =
                CloudEventHeaders.of(tenant, "https://upstream.example/good", Instant.EPOCH)
                        .render(EventType.TENANT_CREATED.value(), "tenants/" + tenant, tenant);
        send(producer, tenant.getBytes(UTF_8), data.getBytes(UTF_8), headers);
    }

    private static long send(
            KafkaProducer<byte[], byte[]> producer,
            byte @Nullable [] key,
            byte @Nullable [] value,
            List<Header> headers)
            throws Exception {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(Topics.TENANT_LIFECYCLE, PARTITION, key, value);
        headers.forEach(header -> record.headers().add(header.name(), header.value()));
        return producer.send(record).get(30, TimeUnit.SECONDS).offset();
    }

    private interface Condition {
        boolean holds();
    }

    private void until(TopicTail tail, Condition condition) {
        long end = System.nanoTime() + WORK.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime())
                    .as("in time; so far: %s", told.stream().map(BadInputIT::brief).toList())
                    .isLessThan(end);
            told.addAll(tail.poll(Duration.ofMillis(200)));
        }
    }

    private static String brief(TailedRecord record) {
        return record.topic() + " " + record.key() + " " + record.deadLetterCode().orElse("");
    }

    private Stream<TailedRecord> letters() {
        return told.stream()
                .filter(record -> record.topic().equals(Topics.DEAD_LETTER))
                .filter(record -> origin(record).partition() == PARTITION)
                .filter(record -> offsets.containsValue(origin(record).offset()));
    }

    private boolean outputsOf(String tenant) {
        return told.stream()
                .flatMap(record -> record.data().stream())
                .anyMatch(data ->
                        data instanceof StackOutputs outputs && outputs.tenantId().equals(tenant));
    }

    /** Who published does not know the topic's id. */
    private static boolean isAt(SourcePosition origin, @Nullable SourcePosition position) {
        return position != null
                && origin.equals(
                        new SourcePosition(
                                position.topic(), position.partition(), position.offset()));
    }

    private SourcePosition position(BadRecord bad) {
        return new SourcePosition(
                Topics.TENANT_LIFECYCLE,
                PARTITION,
                Objects.requireNonNull(offsets.get(bad.name())));
    }

    private static SourcePosition origin(TailedRecord letter) {
        return new SourcePosition(
                letter.header(Headers.DEAD_LETTER_TOPIC).orElse(""),
                Integer.parseInt(letter.header(Headers.DEAD_LETTER_PARTITION).orElse("-1")),
                Long.parseLong(letter.header(Headers.DEAD_LETTER_OFFSET).orElse("-1")));
    }

    private String phase(String tenant) {
        return service()
                .get(
                        StateService.path(Paths.TENANT, Map.of("tenantId", tenant)),
                        Map.of(),
                        TenantView.class)
                .phase();
    }

    private StateService service() {
        return SharedSystem.service(running());
    }

    private PlatformSystem running() {
        return Objects.requireNonNull(system);
    }

    private static <T> T only(List<T> found) {
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        return bytes == null ? null : new String(bytes, UTF_8);
    }
}
