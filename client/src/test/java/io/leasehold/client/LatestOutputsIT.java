package io.leasehold.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.events.StackKey;
import io.leasehold.events.Topics;
import io.leasehold.events.outgoing.CloudEventHeaders;
import io.leasehold.events.outgoing.OutgoingRecord;
import io.leasehold.events.outgoing.OutputsWithdrawn;
import io.leasehold.events.outgoing.StackOutputs;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatestOutputsIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final StackKey ACME = new StackKey("acme", 1, "database");

    private final BlockingQueue<OutputsChange> heard = new LinkedBlockingQueue<>();
    private Broker broker;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        broker = Broker.start(folder).with(Topics.STACK_OUTPUTS);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void showsWhatIsThereAndTellsOnlyHowItEnded() throws Exception {
        broker.send(
                Outputs.of("acme", 1, 1, 1),
                Outputs.of("acme", 1, 2, 2),
                Outputs.of("gone", 1, 1, 1),
                Outputs.withdrawn("gone", 1, 2, 2));

        try (LatestOutputs view = open()) {
            assertThat(view.awaitReady(SOON)).isTrue();

            assertThat(view.all()).containsOnlyKeys(ACME);
            assertThat(view.get(ACME)).map(StackOutputs::generation).contains(2L);
        }
        assertThat(heard).containsExactly(new OutputsChange.Published(Outputs.of("acme", 1, 2, 2)));
    }

    @Test
    void followsChangesAndDropsWhatIsNotNewer() throws Exception {
        try (LatestOutputs view = open()) {
            assertThat(view.awaitReady(SOON)).isTrue();

            broker.send(
                    Outputs.of("acme", 1, 2, 2),
                    Outputs.of("acme", 1, 1, 1),
                    Outputs.of("acme", 1, 2, 2),
                    Outputs.withdrawn("acme", 1, 3, 3));

            assertThat(next()).isEqualTo(new OutputsChange.Published(Outputs.of("acme", 1, 2, 2)));
            assertThat(next())
                    .isEqualTo(
                            new OutputsChange.Withdrawn(ACME, OutputsWithdrawn.Reason.DESTROYING));
            assertThat(view.get(ACME)).isEmpty();
        }
    }

    @Test
    void skipsWhatItCannotReadAndGoesOn() throws Exception {
        try (LatestOutputs view = open()) {
            assertThat(view.awaitReady(SOON)).isTrue();

            broker.send(raw("acme/1/database", "not JSON"));
            broker.send(raw("nonsense", "{}"));
            OutgoingRecord foreign =
                    OutgoingRecord.of(
                            Outputs.of("other", 1, 9, 9),
                            CloudEventHeaders.of("id", "/x", Instant.EPOCH));
            broker.send(
                    new OutgoingRecord(
                            foreign.topic(),
                            "acme/1/database".getBytes(UTF_8),
                            foreign.value(),
                            foreign.headers()));
            broker.send(Outputs.of("acme", 1, 1, 1));

            assertThat(next()).isEqualTo(new OutputsChange.Published(Outputs.of("acme", 1, 1, 1)));
            assertThat(view.failure()).isEmpty();
        }
    }

    @Test
    void aTombstoneRemovesTheKey() throws Exception {
        broker.send(Outputs.of("acme", 1, 1, 1));
        try (LatestOutputs view = open()) {
            assertThat(view.awaitReady(SOON)).isTrue();
            next();

            broker.send(OutgoingRecord.tombstone(Topics.STACK_OUTPUTS, ACME));

            assertThat(next()).isEqualTo(new OutputsChange.Withdrawn(ACME, null));
        }
    }

    @Test
    void seesOnlyWhatWasCommitted() throws Exception {
        Map<String, Object> settings = new HashMap<>(broker.settings());
        settings.put("transactional.id", "test");
        try (var producer =
                        new KafkaProducer<>(
                                settings, new ByteArraySerializer(), new ByteArraySerializer());
                LatestOutputs view = open()) {
            assertThat(view.awaitReady(SOON)).isTrue();
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(record(Outputs.of("acme", 1, 7, 7))).get();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(record(Outputs.of("acme", 1, 1, 1))).get();
            producer.commitTransaction();

            assertThat(next()).isEqualTo(new OutputsChange.Published(Outputs.of("acme", 1, 1, 1)));
        }
        // Bootstrap ends though the last offset is a transaction's marker, not a record.
        try (LatestOutputs again = open()) {
            assertThat(again.awaitReady(SOON)).isTrue();
            assertThat(again.all()).hasSize(1);
        }
    }

    @Test
    void showsATenantsNewestLife() throws Exception {
        broker.send(Outputs.of("acme", 1, 5, 5), Outputs.of("acme", 2, 1, 1));

        try (LatestOutputs view = open()) {
            assertThat(view.awaitReady(SOON)).isTrue();

            assertThat(view.ofTenant("acme")).containsOnlyKeys("database");
            assertThat(view.ofTenant("acme").get("database"))
                    .isEqualTo(Outputs.of("acme", 2, 1, 1));
            assertThat(view.ofTenant("nobody")).isEmpty();
        }
    }

    @Test
    void readsAllAgainAfterSleepingTooLong() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        broker.send(Outputs.of("acme", 1, 1, 1));
        try (LatestOutputs view =
                LatestOutputs.open(
                        broker.settings(), (_, change) -> heard.add(change), clock(now))) {
            assertThat(view.awaitReady(SOON)).isTrue();
            next();

            now.set(Instant.EPOCH.plus(Duration.ofDays(8)));
            broker.send(Outputs.of("acme", 1, 2, 2));

            assertThat(next()).isEqualTo(new OutputsChange.Published(Outputs.of("acme", 1, 2, 2)));
            assertThat(view.failure()).isEmpty();
        }
    }

    @Test
    void aListenerThatThrowsEndsTheViewWhichSaysSo() throws Exception {
        broker.send(Outputs.of("acme", 1, 1, 1));
        try (LatestOutputs view =
                LatestOutputs.open(
                        broker.settings(),
                        (_, _) -> {
                            throw new IllegalStateException("the disk is full");
                        })) {
            assertThatThrownBy(() -> view.awaitReady(SOON))
                    .isInstanceOf(IllegalStateException.class)
                    .hasRootCauseMessage("the disk is full");
            assertThat(view.failure()).isPresent();
        }
    }

    private static Clock clock(AtomicReference<Instant> now) {
        InstantSource source = now::get;
        return source.withZone(ZoneOffset.UTC);
    }

    private LatestOutputs open() {
        return LatestOutputs.open(broker.settings(), (_, change) -> heard.add(change));
    }

    private @Nullable OutputsChange next() throws InterruptedException {
        return heard.poll(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    private static ProducerRecord<byte[], byte[]> record(StackOutputs outputs) {
        return Broker.producerRecord(
                OutgoingRecord.of(outputs, CloudEventHeaders.of("id", "/test", Instant.EPOCH)));
    }

    private static OutgoingRecord raw(String key, String value) {
        return new OutgoingRecord(
                Topics.STACK_OUTPUTS, key.getBytes(UTF_8), value.getBytes(UTF_8), List.of());
    }
}
