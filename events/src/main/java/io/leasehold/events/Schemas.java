package io.leasehold.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The JSON Schemas (2020-12) of the data of every type, from the class path; nothing is fetched.
 * The publisher's is closed, so that a typo is found; the consumer's is open, so that a reader
 * lives with fields that are newer than itself.
 */
public final class Schemas {
    private Schemas() {}

    /** What a publisher must send. */
    public static JsonNode publisher(EventType type) {
        return load("publisher", type);
    }

    /** What a consumer may rely on. */
    public static JsonNode consumer(EventType type) {
        return load("consumer", type);
    }

    private static JsonNode load(String side, EventType type) {
        String resource = "schemas/" + side + "/" + type.value() + ".json";
        try (InputStream in = Schemas.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("not on the class path: " + resource);
            }
            return EventJson.mapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        }
    }
}
