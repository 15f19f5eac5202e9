package io.leasehold.ledger.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record to publish. Rows of a stack are in the order of their ids.
 *
 * @param value null for a tombstone
 */
public record OutboxRow(
        long id,
        String topic,
        byte @Nullable [] key,
        List<RawHeader> headers,
        byte @Nullable [] value) {

    /** Takes a copy of the header list. */
    public OutboxRow(
            long id,
            String topic,
            byte @Nullable [] key,
            List<RawHeader> headers,
            byte @Nullable [] value) {
        this.id = id;
        this.topic = topic;
        this.key = key;
        this.headers = List.copyOf(headers);
        this.value = value;
    }
}
