package io.leasehold.client;

import io.leasehold.events.EventJson;
import io.leasehold.events.EventType;
import io.leasehold.events.intake.RawRecord;
import io.leasehold.events.intake.Reading;
import io.leasehold.events.tenant.TenantSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes tenant events, each only after the reader that intake uses has read it: what it refuses
 * is not sent and comes back in the words of the dead letter it would have become. Events of one
 * tenant keep the order in which they are handed over. Safe for use by many threads.
 */
public final class TenantPublisher implements AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final Producer<byte[], byte[]> producer;
    private final EventDraft draft;
    private final Supplier<String> ids;

    /**
     * A publisher on a producer that it owns from now on.
     *
     * @param source the {@code ce_source}: a stable URI reference that names who publishes
     * @param ids makes event ids, unique for the source
     */
    public TenantPublisher(
            Producer<byte[], byte[]> producer, String source, Clock clock, Supplier<String> ids) {
        this.producer = producer;
        this.draft = new EventDraft(source, clock);
        this.ids = ids;
    }

    /**
     * A publisher with a producer of its own that writes to all replicas in sync, once.
     *
     * @param kafka client settings, at least {@code bootstrap.servers}
     * @throws PublishFailedException if no broker can be looked for with these settings
     */
    public static TenantPublisher connect(Map<String, Object> kafka, String source) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 15_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        settings.putAll(kafka);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        return new TenantPublisher(
                producer(settings), source, Clock.systemUTC(), () -> UUID.randomUUID().toString());
    }

    private static Producer<byte[], byte[]> producer(Map<String, Object> settings) {
        try {
            return new KafkaProducer<>(
                    settings, new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            throw failed(e);
        }
    }

    /** Says what intake would say of this data (the JSON object, without envelope). */
    public Reading check(EventType type, byte[] data) {
        return draft.check(type, data);
    }

    /**
     * Publishes and waits until the broker has it.
     *
     * @throws PublishFailedException if the broker does not take it within its time-outs
     */
    public Publication publish(EventType type, TenantSpec data) {
        return publish(type, EventJson.write(data));
    }

    /**
     * Publishes data as it is written, and waits until the broker has it.
     *
     * @param data the JSON object, without envelope
     * @throws PublishFailedException if the broker does not take it within its time-outs
     */
    public Publication publish(EventType type, byte[] data) {
        try {
            return publishLater(type, data).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof PublishFailedException failed ? failed : failed(e);
        }
    }

    /**
     * Publishes without waiting. Fails with {@link PublishFailedException} only; a refusal is a
     * result.
     */
    public CompletableFuture<Publication> publishLater(EventType type, byte[] data) {
        String id = ids.get();
        RawRecord raw = draft.record(type, data, id);
        return switch (draft.read(raw)) {
            case Reading.Refused refused ->
                    CompletableFuture.completedFuture(new Publication.Refused(refused));
            case Reading.Accepted accepted -> send(raw, id, accepted.specHash());
        };
    }

    private CompletableFuture<Publication> send(RawRecord raw, String id, String specHash) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        raw.topic(),
                        null,
                        raw.key(),
                        raw.value(),
                        raw.headers().stream()
                                .map(header -> new RecordHeader(header.name(), header.value()))
                                .map(org.apache.kafka.common.header.Header.class::cast)
                                .toList());
        CompletableFuture<Publication> result = new CompletableFuture<>();
        try {
            Future<RecordMetadata> _ =
                    producer.send(
                            record,
                            (metadata, failure) -> {
                                if (failure == null) {
                                    result.complete(
                                            new Publication.Sent(
                                                    id,
                                                    metadata.topic(),
                                                    metadata.partition(),
                                                    metadata.offset(),
                                                    specHash));
                                } else {
                                    result.completeExceptionally(failed(failure));
                                }
                            });
        } catch (KafkaException e) {
            result.completeExceptionally(failed(e));
        }
        return result;
    }

    private static PublishFailedException failed(Exception cause) {
        return new PublishFailedException("the broker did not take the event", cause);
    }

    /** Waits a little for what is under way, then lets go of the broker. */
    @Override
    public void close() {
        producer.close(CLOSE_TIMEOUT);
    }
}
