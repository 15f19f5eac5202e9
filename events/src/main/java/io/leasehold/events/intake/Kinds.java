package io.leasehold.events.intake;

import com.fasterxml.jackson.databind.JsonNode;

/** What kind of JSON value a node is, in the words of JSON Schema. */
final class Kinds {
    private Kinds() {}

    static String of(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case NUMBER -> node.isIntegralNumber() ? "integer" : "number";
            case BOOLEAN -> "boolean";
            case NULL -> "null";
            case MISSING -> "nothing";
            case BINARY, POJO -> "value";
        };
    }
}
