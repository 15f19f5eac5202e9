package io.leasehold.demo;

import io.leasehold.client.TailedRecord;
import io.leasehold.events.EventType;
import io.leasehold.events.outgoing.EventData;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A record that was seen on one of the topics.
 *
 * @param atNanos when it was seen, by {@link System#nanoTime}
 */
record Sighting(TailedRecord record, long atNanos) {

    String topic() {
        return record.topic();
    }

    String key() {
        String key = record.key();
        return key == null ? "" : key;
    }

    boolean isTombstone() {
        return record.value() == null;
    }

    boolean is(EventType type) {
        return record.type().filter(type::equals).isPresent();
    }

    /** What the platform said, if it is of that kind. */
    <T extends EventData> Optional<T> as(Class<T> kind) {
        return record.data().filter(kind::isInstance).map(kind::cast);
    }

    /** The text of a header; empty if there is none. */
    String header(String name) {
        return record.header(name).orElse("");
    }

    /** The value as text; empty for a tombstone. */
    String text() {
        byte[] value = record.value();
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }
}
