package io.leasehold.state.outbox;

import io.leasehold.ledger.api.RawHeader;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record to be published.
 *
 * @param shardKey the tenant id: all of a tenant's records pass through one publisher, in order
 * @param value null for a tombstone
 * @param delay not to be published before this long from now; null or zero for at once. What is
 *     appended later under the same topic and key waits for it; other keys do not.
 * @param fromOthers it carries bytes that others sent, which may hold anything: sealed while it
 *     waits
 */
public record OutboxMessage(
        String shardKey,
        String topic,
        byte @Nullable [] key,
        List<RawHeader> headers,
        byte @Nullable [] value,
        @Nullable Duration delay,
        boolean fromOthers) {
    /** Takes a copy of the header list. */
    // Spelled out, since compilers forget in a compact one that arrays may be null.
    public OutboxMessage(
            String shardKey,
            String topic,
            byte @Nullable [] key,
            List<RawHeader> headers,
            byte @Nullable [] value,
            @Nullable Duration delay,
            boolean fromOthers) {
        this.shardKey = shardKey;
        this.topic = topic;
        this.key = key;
        this.headers = List.copyOf(headers);
        this.value = value;
        this.delay = delay;
        this.fromOthers = fromOthers;
    }

    /** One of our own, which says nothing that may not lie in the clear. */
    public OutboxMessage(
            String shardKey,
            String topic,
            byte @Nullable [] key,
            List<RawHeader> headers,
            byte @Nullable [] value,
            @Nullable Duration delay) {
        this(shardKey, topic, key, headers, value, delay, false);
    }

    /** The same, to be sealed while it waits. */
    public OutboxMessage ofOthers() {
        return new OutboxMessage(shardKey, topic, key, headers, value, delay, true);
    }
}
