package io.leasehold.state.blueprint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.primitives.UnsignedLong;
import com.google.protobuf.NullValue;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** JSON as expressions see it, and what they make of it as JSON. */
final class CelValues {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private CelValues() {}

    /**
     * A value for an expression to read. Whole numbers of 64 bits are exact; others are doubles,
     * since CEL has nothing larger.
     *
     * @param schema the JSON Schema of the value, so that a {@code number} is a double even when it
     *     is whole; a missing node where nothing is known
     */
    static Object toCel(JsonNode node, JsonNode schema) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                node.properties()
                        .forEach(field ->
                                map.put(
                                        field.getKey(),
                                        toCel(
                                                field.getValue(),
                                                fieldSchema(schema, field.getKey()))));
                yield map;
            }
            case ARRAY -> {
                List<Object> list = new ArrayList<>();
                node.forEach(item -> list.add(toCel(item, schema.path("items"))));
                yield list;
            }
            case STRING -> node.textValue();
            case BOOLEAN -> node.booleanValue();
            case NUMBER -> {
                boolean whole = isWhole(node) && !"number".equals(schema.path("type").asText(""));
                yield whole ? (Object) node.longValue() : (Object) node.doubleValue();
            }
            case NULL, MISSING, BINARY, POJO -> NullValue.NULL_VALUE;
        };
    }

    /**
     * The result of an expression as JSON; null for CEL's null.
     *
     * @throws IllegalArgumentException for what JSON cannot say
     */
    static @Nullable JsonNode fromCel(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case NullValue _ -> null;
            case dev.cel.common.values.NullValue _ -> null;
            case String text -> JSON.textNode(text);
            case Boolean bool -> JSON.booleanNode(bool);
            case Long number -> JSON.numberNode(number);
            case UnsignedLong number -> JSON.numberNode(number.bigIntegerValue());
            case Double number -> {
                if (!Double.isFinite(number)) {
                    throw new IllegalArgumentException("the result is not a number JSON can hold");
                }
                yield JSON.numberNode(BigDecimal.valueOf(number));
            }
            case List<?> items -> {
                ArrayNode array = JSON.arrayNode();
                items.forEach(item -> array.add(fromCel(item)));
                yield array;
            }
            case Map<?, ?> entries -> {
                ObjectNode object = JSON.objectNode();
                entries.forEach((key, item) -> object.set(String.valueOf(key), fromCel(item)));
                yield object;
            }
            case Optional<?> optional -> fromCel(optional.orElse(null));
            case Instant instant -> JSON.textNode(instant.toString());
            case Duration duration -> JSON.textNode(duration.toString());
            default ->
                    throw new IllegalArgumentException("the result has a type that JSON has not");
        };
    }

    private static boolean isWhole(JsonNode node) {
        if (node.isIntegralNumber()) {
            return node.canConvertToLong();
        }
        return node.canConvertToExactIntegral() && node.canConvertToLong();
    }

    private static JsonNode fieldSchema(JsonNode schema, String name) {
        JsonNode declared = schema.path("properties").path(name);
        return declared.isMissingNode() ? schema.path("additionalProperties") : declared;
    }
}
