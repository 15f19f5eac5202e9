package io.leasehold.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.leasehold.events.ErrorCode;
import io.leasehold.events.EventJson;
import io.leasehold.events.EventType;
import io.leasehold.events.Headers;
import io.leasehold.events.Topics;
import io.leasehold.events.intake.EventReader;
import io.leasehold.events.intake.RawRecord;
import io.leasehold.events.intake.Reading;
import io.leasehold.events.tenant.BlueprintRef;
import io.leasehold.events.tenant.TenantSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TenantPublisherIT {
    private static final TenantSpec ACME =
            TenantSpec.active(
                    "acme",
                    1,
                    1,
                    new BlueprintRef("starter", "1.0.0"),
                    JsonNodeFactory.instance.objectNode().put("connectionLimit", 20));

    private Broker broker;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        broker = Broker.start(folder).with(Topics.TENANT_LIFECYCLE);
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    @Test
    void whatItSendsIsWhatIntakeAccepts() {
        try (TopicTail tail = tail(TopicTail.Start.NOW);
                TenantPublisher publisher = TenantPublisher.connect(broker.settings(), "/crm")) {
            Publication publication = publisher.publish(EventType.TENANT_CREATED, ACME);

            TailedRecord record = next(tail, 1).getFirst();
            assertThat(publication)
                    .asInstanceOf(type(Publication.Sent.class))
                    .satisfies(sent -> {
                        assertThat(sent.topic()).isEqualTo(Topics.TENANT_LIFECYCLE);
                        assertThat(sent.partition()).isEqualTo(record.partition());
                        assertThat(sent.offset()).isEqualTo(record.offset());
                        assertThat(record.header(Headers.CE_ID)).contains(sent.eventId());
                    });
            assertThat(new EventReader().read(raw(record)))
                    .asInstanceOf(type(Reading.Accepted.class))
                    .satisfies(accepted -> {
                        assertThat(accepted.event().data()).isEqualTo(ACME);
                        assertThat(accepted.event().envelope().source()).isEqualTo("/crm");
                    });
        }
    }

    @Test
    void whatIntakeWouldRefuseIsNotSent() {
        try (TopicTail tail = tail(TopicTail.Start.NOW);
                TenantPublisher publisher = TenantPublisher.connect(broker.settings(), "/crm")) {
            byte[] secret =
                    """
                    {"tenantId":"acme","generation":1,"lifecycle":"active",
                     "blueprint":{"name":"starter","version":"1.0.0"},
                     "variables":{"dbPassword":"hunter2"}}\
                    """
                            .getBytes(UTF_8);

            assertThat(publisher.publish(EventType.TENANT_CREATED, secret))
                    .asInstanceOf(type(Publication.Refused.class))
                    .returns(ErrorCode.VAR_SENSITIVE_INLINE, refused -> refused.refusal().code());
            assertThat(publisher.publish(EventType.TENANT_DELETED, ACME))
                    .asInstanceOf(type(Publication.Refused.class))
                    .returns(ErrorCode.LIFECYCLE_MISMATCH, refused -> refused.refusal().code());
            assertThat(publisher.publish(EventType.TENANT_CREATED, "nonsense".getBytes(UTF_8)))
                    .asInstanceOf(type(Publication.Refused.class))
                    .returns(ErrorCode.JSON_MALFORMED, refused -> refused.refusal().code());
            assertThat(tail.poll(Duration.ofMillis(300))).isEmpty();
        }
    }

    @Test
    void eventsOfATenantKeepTheirOrder() {
        try (TopicTail tail = tail(TopicTail.Start.NOW);
                TenantPublisher publisher = TenantPublisher.connect(broker.settings(), "/crm")) {
            List<String> sent = new ArrayList<>();
            for (int generation = 1; generation <= 20; generation++) {
                TenantSpec spec = TenantSpec.deleted("globex", 1, generation);
                CompletableFuture<Publication> _ =
                        publisher.publishLater(EventType.TENANT_DELETED, EventJson.write(spec));
                sent.add(Integer.toString(generation));
            }

            assertThat(next(tail, 20).stream().map(TenantPublisherIT::generation))
                    .containsExactlyElementsOf(sent);
        }
    }

    @Test
    void saysWhenNoBrokerTakesIt() {
        Map<String, Object> nowhere =
                Map.of("bootstrap.servers", "127.0.0.1:1", "max.block.ms", 300);
        try (TenantPublisher publisher = TenantPublisher.connect(nowhere, "/crm")) {
            assertThatThrownBy(() -> publisher.publish(EventType.TENANT_CREATED, ACME))
                    .isInstanceOf(PublishFailedException.class)
                    .hasMessageContaining("did not take the event");
        }
    }

    @Test
    void aTailFromTheBeginningSeesWhatWasBefore() {
        try (TenantPublisher publisher = TenantPublisher.connect(broker.settings(), "/crm")) {
            publisher.publish(EventType.TENANT_DELETED, TenantSpec.deleted("initech", 1, 1));
        }

        try (TopicTail tail = tail(TopicTail.Start.BEGINNING)) {
            assertThat(next(tail, 1)).isNotEmpty();
        }
    }

    @Test
    void aTailOfATopicThatIsNotThereSaysSo() {
        assertThatThrownBy(() ->
                        TopicTail.open(broker.settings(), List.of("missing"), TopicTail.Start.NOW))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("missing");
    }

    private TopicTail tail(TopicTail.Start start) {
        return TopicTail.open(broker.settings(), List.of(Topics.TENANT_LIFECYCLE), start);
    }

    private static List<TailedRecord> next(TopicTail tail, int count) {
        List<TailedRecord> records = new ArrayList<>();
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (records.size() < count && System.nanoTime() < end) {
            records.addAll(tail.poll(Duration.ofSeconds(1)));
        }
        assertThat(records).hasSizeGreaterThanOrEqualTo(count);
        return records;
    }

    private static RawRecord raw(TailedRecord record) {
        String key = record.key();
        return new RawRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                key == null ? null : key.getBytes(UTF_8),
                record.value(),
                record.headers());
    }

    private static String generation(TailedRecord record) {
        Reading reading = new EventReader().read(raw(record));
        return reading instanceof Reading.Accepted accepted
                ? String.valueOf(accepted.event().data().generation())
                : reading.toString();
    }
}
