package io.leasehold.ledger.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka record byte for byte: what a dead letter must give back.
 *
 * @param timestampMillis the record's timestamp, milliseconds since the epoch
 * @param key null when the record had none
 * @param value null for a tombstone
 */
public record RawRecord(
        SourcePosition position,
        long timestampMillis,
        byte @Nullable [] key,
        byte @Nullable [] value,
        List<RawHeader> headers) {

    /** Takes a copy of the header list. */
    public RawRecord(
            SourcePosition position,
            long timestampMillis,
            byte @Nullable [] key,
            byte @Nullable [] value,
            List<RawHeader> headers) {
        this.position = position;
        this.timestampMillis = timestampMillis;
        this.key = key;
        this.value = value;
        this.headers = List.copyOf(headers);
    }
}
