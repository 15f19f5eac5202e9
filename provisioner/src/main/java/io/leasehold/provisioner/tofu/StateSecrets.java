package io.leasehold.provisioner.tofu;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a state itself calls sensitive: outputs and attributes, by its version 4 as tofu writes it.
 * Reads one output or one instance at a time, so a large state costs time and little memory. Pure.
 */
final class StateSecrets {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Set<Secret> found = new LinkedHashSet<>();

    private StateSecrets() {}

    /** All sensitive texts; what cannot be read, or is no state, has none that could be found. */
    static Set<Secret> in(byte[] state) {
        StateSecrets secrets = new StateSecrets();
        try (JsonParser json = JSON.createParser(state)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                secrets.read(json);
            }
        } catch (IOException notAState) {
            // Whatever comes after the fault was not found; the state service will refuse it too.
        }
        return secrets.found;
    }

    private void read(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "outputs" -> outputs(json);
                case "resources" -> resources(json);
                default -> json.skipChildren();
            }
        }
    }

    private void outputs(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            json.nextToken();
            JsonNode output = json.readValueAsTree();
            if (output.path("sensitive").asBoolean(false)) {
                texts(output.path("value"));
            }
        }
    }

    private void resources(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            return;
        }
        while (json.nextToken() == JsonToken.START_OBJECT) {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                if (field.equals("instances") && json.currentToken() == JsonToken.START_ARRAY) {
                    instances(json);
                } else {
                    json.skipChildren();
                }
            }
        }
    }

    private void instances(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.START_OBJECT) {
            JsonNode instance = json.readValueAsTree();
            for (JsonNode path : instance.path("sensitive_attributes")) {
                texts(at(instance.path("attributes"), path));
            }
        }
    }

    /** Where a step leads nowhere all below the step before it is taken: rather too much. */
    private static JsonNode at(JsonNode attributes, JsonNode path) {
        JsonNode here = attributes;
        for (JsonNode step : path) {
            JsonNode next = step(withoutType(here), step.path("value"));
            if (next.isMissingNode()) {
                return here;
            }
            here = next;
        }
        return here;
    }

    private static JsonNode step(JsonNode from, JsonNode step) {
        // An attribute is named, an element has a number or a key with its type beside it.
        JsonNode key = step.isObject() ? step.path("value") : step;
        return key.isNumber() ? from.path(key.asInt()) : from.path(key.asText());
    }

    /** A value of any type stands with its type. */
    private static JsonNode withoutType(JsonNode node) {
        return node.size() == 2 && node.has("value") && node.has("type")
                ? node.path("value")
                : node;
    }

    private void texts(JsonNode node) {
        if (node.isTextual()) {
            found.add(new Secret(node.textValue()));
        } else {
            node.forEach(this::texts);
        }
    }
}
