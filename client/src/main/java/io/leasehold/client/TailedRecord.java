package io.leasehold.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.events.EventJson;
import io.leasehold.events.EventType;
import io.leasehold.events.Header;
import io.leasehold.events.Headers;
import io.leasehold.events.outgoing.DriftCurrent;
import io.leasehold.events.outgoing.DriftEvent;
import io.leasehold.events.outgoing.EventData;
import io.leasehold.events.outgoing.OutputsWithdrawn;
import io.leasehold.events.outgoing.RunDeadLetter;
import io.leasehold.events.outgoing.RunStatus;
import io.leasehold.events.outgoing.StackOutputs;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record of one of the contract's topics. Arrays are not copied.
 *
 * @param topic where it is
 * @param partition where it is
 * @param offset where it is
 * @param timestamp milliseconds since the epoch
 * @param key as text; null if there is none
 * @param value null for a tombstone
 * @param headers in order
 */
public record TailedRecord(
        String topic,
        int partition,
        long offset,
        long timestamp,
        @Nullable String key,
        byte @Nullable [] value,
        List<Header> headers) {

    static TailedRecord of(ConsumerRecord<byte[], byte[]> record) {
        byte @Nullable [] key = record.key();
        return new TailedRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                key == null ? null : new String(key, UTF_8),
                record.value(),
                headers(record));
    }

    private static List<Header> headers(ConsumerRecord<byte[], byte[]> record) {
        return Arrays.stream(record.headers().toArray())
                .map(header -> new Header(header.key(), header.value()))
                .toList();
    }

    /** The text of the last header of that name. */
    public Optional<String> header(String name) {
        return Headers.last(headers, name);
    }

    /** The {@code ce_type}, if the contract has it. */
    public Optional<EventType> type() {
        return header(Headers.CE_TYPE).flatMap(EventType::of);
    }

    /** The code a dead letter failed with; empty for everything else. */
    public Optional<String> deadLetterCode() {
        return header(Headers.DLT_CODE);
    }

    /**
     * What the platform said; empty for tombstones, for tenant events, for types that are newer
     * than this reader, and for what cannot be read.
     */
    public Optional<EventData> data() {
        if (value == null) {
            return Optional.empty();
        }
        byte[] json = value;
        return type().flatMap(type -> read(type, json));
    }

    private static Optional<EventData> read(EventType type, byte[] json) {
        try {
            return switch (type) {
                case RUN_STATUS -> Optional.of(EventJson.read(json, RunStatus.class));
                case RUN_DEAD_LETTERED -> Optional.of(EventJson.read(json, RunDeadLetter.class));
                case OUTPUTS_PUBLISHED -> Optional.of(EventJson.read(json, StackOutputs.class));
                case OUTPUTS_WITHDRAWN -> Optional.of(EventJson.read(json, OutputsWithdrawn.class));
                case DRIFT_DETECTED, DRIFT_CHANGED, DRIFT_RESOLVED, DRIFT_CHECK_FAILED ->
                        Optional.of(EventJson.read(json, DriftEvent.class));
                case DRIFT_CURRENT -> Optional.of(EventJson.read(json, DriftCurrent.class));
                case TENANT_CREATED,
                        TENANT_UPDATED,
                        TENANT_SUSPENDED,
                        TENANT_RESUMED,
                        TENANT_DELETED ->
                        Optional.empty();
            };
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
