package io.leasehold.events.intake;

import io.leasehold.events.Header;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record as it came from a topic, nothing parsed. Arrays are not copied.
 *
 * @param topic where it was read
 * @param partition where it was read
 * @param offset where it was read
 * @param timestamp of the record, milliseconds since the epoch; takes part in no decision
 * @param key null if the record has none
 * @param value null for a tombstone
 * @param headers in order, duplicates included
 */
public record RawRecord(
        String topic,
        int partition,
        long offset,
        long timestamp,
        byte @Nullable [] key,
        byte @Nullable [] value,
        List<Header> headers) {
    // Spelled out, since compilers forget in a compact one that arrays may be null.
    public RawRecord(
            String topic,
            int partition,
            long offset,
            long timestamp,
            byte @Nullable [] key,
            byte @Nullable [] value,
            List<Header> headers) {
        this.topic = topic;
        this.partition = partition;
        this.offset = offset;
        this.timestamp = timestamp;
        this.key = key;
        this.value = value;
        this.headers = List.copyOf(headers);
    }
}
