package io.leasehold.state.version;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/**
 * Walks over a state, one resource instance or output at a time: a state may be large, and so only
 * one instance of it is ever held. Takes about 20 ms a MiB: not for an event loop.
 */
final class StateWalk {
    private static final ObjectMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxStringLength(Integer.MAX_VALUE)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build();

    private final Consumer<Part> parts;
    private boolean readable = true;

    private StateWalk(Consumer<Part> parts) {
        this.parts = parts;
    }

    /**
     * Gives every part of a state that was stored, in its order. False when tofu encrypted it
     * itself, and then there are none.
     */
    static boolean over(byte[] state, Consumer<Part> parts) {
        StateWalk walk = new StateWalk(parts);
        try (JsonParser parser = JSON.createParser(state)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                walk.field(parser);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a stored state cannot be read", e);
        }
        return walk.readable;
    }

    private void field(JsonParser parser) throws IOException {
        String name = parser.currentName();
        JsonToken token = parser.nextToken();
        if (name.equals("encrypted_data")) {
            readable = false;
        } else if (name.equals("outputs") && token == JsonToken.START_OBJECT) {
            outputs(parser);
        } else if (name.equals("resources") && token == JsonToken.START_ARRAY) {
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                resource(parser);
            }
        } else {
            parser.skipChildren();
        }
    }

    private void outputs(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            parts.accept(Part.output(name, parser.readValueAsTree()));
        }
    }

    /** tofu writes what names a resource before its instances; another order is read whole. */
    private void resource(JsonParser parser) throws IOException {
        ObjectNode head = JsonNodeFactory.instance.objectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            boolean named = head.has("type") && head.has("name");
            if (name.equals("instances") && token == JsonToken.START_ARRAY && named) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    parts.accept(Part.instance(head, parser.readValueAsTree()));
                }
            } else {
                JsonNode value = parser.readValueAsTree();
                head.set(name, value);
            }
        }
        head.path("instances").forEach(instance -> parts.accept(Part.instance(head, instance)));
    }
}
