package io.leasehold.state.blueprint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.leasehold.state.problem.Refusal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a tenant may say in its variables: a JSON Schema (2020-12) of an object that is closed. A
 * property with {@code writeOnly} is a secret and must not stand in an event. Safe to share.
 */
public final class VariableSchema {
    private static final int REASONS = 20;
    private static final JsonSchemaFactory FACTORY =
            JsonSchemaFactory.getInstance(VersionFlag.V202012);
    private static final SchemaValidatorsConfig CONFIG =
            SchemaValidatorsConfig.builder().locale(Locale.ROOT).build();
    private static final JsonSchema META =
            FACTORY.getSchema(SchemaLocation.of(SchemaId.V202012), CONFIG);
    private static final Set<String> RESERVED =
            Set.of("tenantId", "tenantIncarnation", "stackName", "tenant_id", "stack_name");

    private final JsonNode document;
    private final JsonSchema schema;

    /**
     * Compiles a schema.
     *
     * @throws Refusal when it is not one, is not closed, or refers to anything outside itself
     */
    public VariableSchema(JsonNode document) {
        this.document = document;
        require("object".equals(document.path("type").asText()), "variables.type must be object");
        require(
                document.path("additionalProperties").isBoolean()
                        && !document.path("additionalProperties").booleanValue(),
                "variables.additionalProperties must be false");
        requireLocalReferences(document);
        Set<ValidationMessage> faults = META.validate(document);
        require(
                faults.isEmpty(),
                "variables is no JSON Schema: "
                        + faults.stream()
                                .map(ValidationMessage::getMessage)
                                .limit(REASONS)
                                .collect(Collectors.joining("; ")));
        document.path("properties")
                .fieldNames()
                .forEachRemaining(name -> {
                    require(
                            name.matches("[a-z][a-zA-Z0-9]{0,62}"),
                            "variables." + name + " must be camelCase, at most 63 long");
                    require(
                            !RESERVED.contains(name) && !name.startsWith("platform"),
                            "variables." + name + " is a name of the platform's own");
                });
        try {
            schema = FACTORY.getSchema(document, CONFIG);
            schema.initializeValidators();
        } catch (JsonSchemaException | IllegalArgumentException e) {
            throw new Refusal(422, "BLUEPRINT_INVALID", "variables: " + e.getMessage());
        }
    }

    /** The schema as written. */
    public JsonNode document() {
        return document;
    }

    /**
     * What is wrong with a tenant's variables, the gravest kind of fault first; empty when nothing
     * is. Reasons name variables and rules, never values.
     *
     * @param stacks the stacks the blueprint has
     */
    public List<Violation> check(ObjectNode spec, Set<String> stacks) {
        List<Violation> found = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        spec.path("stacks")
                .fieldNames()
                .forEachRemaining(name -> {
                    if (!stacks.contains(name)) {
                        unknown.add(name);
                    }
                });
        if (!unknown.isEmpty()) {
            found.add(
                    new Violation(
                            "STACK_UNKNOWN",
                            "the blueprint has no stack " + String.join(", ", unknown)));
        }
        Map<String, Set<String>> faults = new LinkedHashMap<>();
        for (String stack : stacks) {
            faults(effective(spec, stack), faults);
        }
        Stream.of(
                        "VAR_SENSITIVE_INLINE",
                        "VAR_RESERVED",
                        "VAR_UNDECLARED",
                        "VAR_MISSING",
                        "VAR_TYPE")
                .filter(faults::containsKey)
                .forEach(code ->
                        found.add(
                                new Violation(
                                        code,
                                        faults.getOrDefault(code, Set.of()).stream()
                                                .limit(REASONS)
                                                .collect(Collectors.joining("; ")))));
        // A secret must not be kept, whatever else is wrong.
        found.sort(Comparator.comparing(fault -> !fault.code().equals("VAR_SENSITIVE_INLINE")));
        return found;
    }

    /** The tenant's variables with the stack's own laid over and defaults laid under. */
    ObjectNode effective(ObjectNode spec, String stack) {
        ObjectNode variables = JsonNodeFactory.instance.objectNode();
        lay(variables, spec.path("variables"));
        lay(variables, spec.path("stacks").path(stack).path("variables"));
        document.path("properties")
                .properties()
                .forEach(property -> {
                    JsonNode fallback = property.getValue().path("default");
                    if (!fallback.isMissingNode() && !variables.has(property.getKey())) {
                        variables.set(property.getKey(), fallback);
                    }
                });
        return variables;
    }

    private static void lay(ObjectNode under, JsonNode over) {
        over.properties()
                .forEach(field -> {
                    if (field.getValue().isNull()) {
                        under.remove(field.getKey());
                    } else {
                        under.set(field.getKey(), field.getValue());
                    }
                });
    }

    private void faults(ObjectNode variables, Map<String, Set<String>> faults) {
        variables
                .fieldNames()
                .forEachRemaining(name -> {
                    JsonNode declared = document.path("properties").path(name);
                    if (declared.path("writeOnly").asBoolean()) {
                        note(faults, "VAR_SENSITIVE_INLINE", name + " is a secret");
                    } else if (declared.isMissingNode()) {
                        boolean reserved = RESERVED.contains(name) || name.startsWith("platform_");
                        note(
                                faults,
                                reserved ? "VAR_RESERVED" : "VAR_UNDECLARED",
                                printable(name)
                                        + (reserved
                                                ? " is set by the platform"
                                                : " is not a variable of the blueprint"));
                    }
                });
        for (ValidationMessage message : schema.validate(variables)) {
            boolean top = message.getInstanceLocation().getNameCount() == 0;
            switch (message.getType()) {
                case "required" -> note(faults, "VAR_MISSING", worded(message));
                case "additionalProperties" -> {
                    if (!top) {
                        note(faults, "VAR_UNDECLARED", worded(message));
                    }
                }
                default -> note(faults, "VAR_TYPE", worded(message));
            }
        }
    }

    private static void note(Map<String, Set<String>> faults, String code, String reason) {
        faults.computeIfAbsent(code, _ -> new TreeSet<>()).add(reason);
    }

    private static String worded(ValidationMessage message) {
        String text = message.getMessage();
        return text.startsWith("$: ") ? text.substring(3) : text.replaceFirst("^\\$\\.", "");
    }

    private static String printable(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9_.-]", "?");
        return plain.length() > 64 ? plain.substring(0, 64) : plain;
    }

    private static void requireLocalReferences(JsonNode node) {
        for (String keyword : List.of("$ref", "$dynamicRef")) {
            JsonNode ref = node.path(keyword);
            require(
                    !ref.isTextual() || ref.textValue().startsWith("#"),
                    "variables: references must stay inside the schema");
        }
        require(
                !node.has("$schema") && !node.has("$id"),
                "variables: leave out $schema and $id; it is JSON Schema 2020-12");
        node.forEach(VariableSchema::requireLocalReferences);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new Refusal(422, "BLUEPRINT_INVALID", otherwise);
        }
    }

    /**
     * One kind of fault in a tenant's variables.
     *
     * @param code a code of the event contract
     * @param reason for the publisher
     */
    public record Violation(String code, String reason) {}
}
