package io.leasehold.events.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.events.EventJson;
import io.leasehold.events.Header;
import io.leasehold.events.StackKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record as it goes onto a topic. Arrays are not copied; whoever hands them over leaves them
 * alone.
 *
 * @param topic where to
 * @param key its key; null only for a dead letter whose original had none
 * @param value its value; null is a tombstone
 * @param headers in order
 */
public record OutgoingRecord(
        String topic, byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) {
    // Spelled out, since compilers forget in a compact one that arrays may be null.
    public OutgoingRecord(
            String topic, byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) {
        this.topic = topic;
        this.key = key;
        this.value = value;
        this.headers = List.copyOf(headers);
    }

    /** The record that carries the data. */
    public static OutgoingRecord of(EventData data, CloudEventHeaders attributes) {
        return new OutgoingRecord(
                data.topic(),
                data.key().getBytes(UTF_8),
                EventJson.write(data),
                attributes.render(data.type().value(), data.subject(), data.key()));
    }

    /** The same with headers added, for a run's dead letter. */
    public OutgoingRecord with(List<Header> more) {
        List<Header> all = new ArrayList<>(headers);
        all.addAll(more);
        return new OutgoingRecord(topic, key, value, all);
    }

    /** The record that removes a key from a compacted topic. */
    public static OutgoingRecord tombstone(String topic, StackKey key) {
        return new OutgoingRecord(topic, key.toString().getBytes(UTF_8), null, List.of());
    }
}
