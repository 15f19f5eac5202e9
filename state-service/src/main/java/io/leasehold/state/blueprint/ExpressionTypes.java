package io.leasehold.state.blueprint;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The types that the expressions of one blueprint are checked against: a variable that is not
 * declared and an output that no stack has are found at registration, not when a tenant waits.
 */
final class ExpressionTypes implements CelTypeProvider {
    private static final String ROOT = "leasehold.";

    private final Map<String, CelType> structs = new LinkedHashMap<>();
    private final CelType tenant;
    private final CelType variables;
    private final CelType stacks;

    /**
     * @param variableSchema the JSON Schema of the variables
     * @param outputs the outputs each stack allows, by stack
     */
    ExpressionTypes(JsonNode variableSchema, Map<String, List<String>> outputs) {
        Map<String, CelType> facts = new LinkedHashMap<>();
        facts.put("id", SimpleType.STRING);
        facts.put("incarnation", SimpleType.INT);
        facts.put("generation", SimpleType.INT);
        facts.put("name", SimpleType.STRING);
        facts.put("tier", SimpleType.STRING);
        facts.put("region", SimpleType.STRING);
        facts.put("labels", MapType.create(SimpleType.STRING, SimpleType.STRING));
        tenant = struct("Tenant", facts);
        variables = typeOf(variableSchema, "Var");
        Map<String, CelType> perStack = new LinkedHashMap<>();
        outputs.forEach((stack, names) -> {
            Map<String, CelType> values = new LinkedHashMap<>();
            names.forEach(name -> values.put(name, SimpleType.DYN));
            CelType published = struct("Outputs." + stack, values);
            perStack.put(stack, struct("Stack." + stack, Map.of("outputs", published)));
        });
        stacks = struct("Stacks", perStack);
    }

    CelType tenant() {
        return tenant;
    }

    CelType variables() {
        return variables;
    }

    CelType stacks() {
        return stacks;
    }

    @Override
    public ImmutableCollection<CelType> types() {
        return ImmutableList.copyOf(structs.values());
    }

    @Override
    public Optional<CelType> findType(String typeName) {
        return Optional.ofNullable(structs.get(typeName));
    }

    private CelType typeOf(JsonNode schema, String path) {
        return switch (schema.path("type").asText("")) {
            case "string" -> SimpleType.STRING;
            case "integer" -> SimpleType.INT;
            case "number" -> SimpleType.DOUBLE;
            case "boolean" -> SimpleType.BOOL;
            case "array" ->
                    schema.path("items").isObject()
                            ? ListType.create(typeOf(schema.path("items"), path + ".Item"))
                            : ListType.create(SimpleType.DYN);
            case "object" -> objectType(schema, path);
            default -> SimpleType.DYN;
        };
    }

    private CelType objectType(JsonNode schema, String path) {
        JsonNode additional = schema.path("additionalProperties");
        if (schema.path("properties").isObject() && additional.isBoolean()) {
            Map<String, CelType> fields = new LinkedHashMap<>();
            schema.path("properties")
                    .properties()
                    .forEach(field ->
                            fields.put(
                                    field.getKey(),
                                    typeOf(field.getValue(), path + "." + field.getKey())));
            return struct(path, fields);
        }
        boolean uniform = additional.isObject() && !schema.has("properties");
        return MapType.create(
                SimpleType.STRING, uniform ? typeOf(additional, path + ".Value") : SimpleType.DYN);
    }

    private CelType struct(String name, Map<String, CelType> fields) {
        StructType type =
                StructType.create(
                        ROOT + name,
                        ImmutableSet.copyOf(fields.keySet()),
                        field -> Optional.ofNullable(fields.get(field)));
        structs.put(type.name(), type);
        return type;
    }
}
