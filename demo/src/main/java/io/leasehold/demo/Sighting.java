package io.leasehold.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.events.EventJson;
import io.leasehold.events.EventType;
import io.leasehold.events.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record that was seen on one of the topics.
 *
 * @param value null is a tombstone
 * @param headers the last of each name
 * @param atNanos when it was seen, by {@link System#nanoTime}
 */
@SuppressWarnings("ArrayRecordComponent") // a record's bytes; nobody compares two of them
record Sighting(
        String topic,
        String key,
        byte @Nullable [] value,
        Map<String, String> headers,
        long atNanos) {

    Sighting {
        headers = Map.copyOf(headers);
    }

    Optional<EventType> type() {
        return EventType.of(headers.getOrDefault(Headers.CE_TYPE, ""));
    }

    boolean is(EventType type) {
        return type().filter(type::equals).isPresent();
    }

    /** The value read as a record of the contract. */
    <T> T as(Class<T> contract) {
        try {
            return EventJson.read(bytes(), contract);
        } catch (IOException e) {
            throw new BrokenPromiseException(
                    "a record on %s is not as the contract says: %s".formatted(topic, text()), e);
        }
    }

    JsonNode json() {
        return as(JsonNode.class);
    }

    /** The value as text; empty for a tombstone. */
    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    private byte[] bytes() {
        return value == null ? new byte[0] : value;
    }
}
