package io.leasehold.events.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.leasehold.events.ErrorCode;
import io.leasehold.events.EventType;
import io.leasehold.events.Schemas;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The closed schemas of the tenant events, held against data. Says what is wrong in our words,
 * since the library's messages may quote what was sent. Safe for use by many threads.
 */
final class SchemaCheck {
    private final Map<EventType, JsonSchema> schemas = new EnumMap<>(EventType.class);

    SchemaCheck() {
        JsonSchemaFactory factory = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
        SchemaValidatorsConfig config =
                SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER).build();
        Stream.of(EventType.values())
                .filter(EventType::isTenantEvent)
                .forEach(type ->
                        schemas.put(type, factory.getSchema(Schemas.publisher(type), config)));
    }

    void check(EventType type, ObjectNode data) throws RefusedException {
        JsonSchema schema = schemas.get(type);
        if (schema == null) {
            throw new IllegalArgumentException("only tenant events are checked");
        }
        Set<ValidationMessage> found = schema.validate(data);
        if (found.isEmpty()) {
            return;
        }
        List<String> pointers = new ArrayList<>();
        List<String> places = new ArrayList<>();
        for (ValidationMessage message : found) {
            String pointer = pointer(message);
            if (!pointers.contains(pointer)) {
                pointers.add(pointer);
                places.add((pointer.isEmpty() ? "data" : pointer) + " " + wrong(message));
            }
        }
        throw new RefusedException(
                ErrorCode.SCHEMA_VIOLATION, String.join(" · ", places), pointers);
    }

    private static String pointer(ValidationMessage message) {
        String at = message.getInstanceLocation().toString();
        String property = message.getProperty();
        return Printable.of(
                property != null && namesMember(message) ? Pointer.to(at, property) : at);
    }

    private static boolean namesMember(ValidationMessage message) {
        return switch (message.getType()) {
            case "required", "additionalProperties" -> true;
            default -> false;
        };
    }

    private static String wrong(ValidationMessage message) {
        JsonNode node = message.getInstanceNode();
        JsonNode wanted = message.getSchemaNode();
        return switch (message.getType()) {
            case "required" -> "is missing";
            case "additionalProperties" -> "is not a field of the contract";
            case "type" ->
                    "is of type " + Kinds.of(node) + "; wants " + wanted.path("type").asText();
            case "enum" -> "is none of the known values; wants one of " + wanted.path("enum");
            case "pattern" -> "does not have the form; wants " + wanted.path("pattern").asText();
            case "propertyNames" ->
                    "has a name that does not have the form; wants "
                            + wanted.path("propertyNames").path("pattern").asText();
            case "maxLength" -> "is too long; wants at most " + wanted.path("maxLength");
            case "minLength" -> "is too short; wants at least " + wanted.path("minLength");
            default -> "does not satisfy " + message.getType();
        };
    }
}
