package io.leasehold.state.blueprint;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableMap;
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

    private final ImmutableMap<String, CelType> structs;
    private final CelType tenant;
    private final CelType variables;
    private final CelType stacks;

    /**
     * @param variableSchema the JSON Schema of the variables
     * @param outputs the outputs each stack allows, by stack
     */
    ExpressionTypes(JsonNode variableSchema, Map<String, List<String>> outputs) {
        Structs made = new Structs();
        tenant = made.tenant();
        variables = made.typeOf(variableSchema, "Var");
        stacks = made.stacks(outputs);
        structs = ImmutableMap.copyOf(made.byName);
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
        return structs.values();
    }

    @Override
    public Optional<CelType> findType(String typeName) {
        return Optional.ofNullable(structs.get(typeName));
    }

    /** Makes the types, each under a name of its own. */
    private static final class Structs {
        private final Map<String, CelType> byName = new LinkedHashMap<>();

        CelType tenant() {
            return struct(
                    "Tenant",
                    ImmutableMap.of(
                            "id",
                            SimpleType.STRING,
                            "incarnation",
                            SimpleType.INT,
                            "generation",
                            SimpleType.INT,
                            "name",
                            SimpleType.STRING,
                            "tier",
                            SimpleType.STRING,
                            "region",
                            SimpleType.STRING,
                            "labels",
                            MapType.create(SimpleType.STRING, SimpleType.STRING)));
        }

        CelType stacks(Map<String, List<String>> outputs) {
            ImmutableMap.Builder<String, CelType> perStack = ImmutableMap.builder();
            outputs.forEach((stack, names) -> {
                ImmutableMap.Builder<String, CelType> values = ImmutableMap.builder();
                names.forEach(name -> values.put(name, SimpleType.DYN));
                CelType published = struct("Outputs." + stack, values.buildOrThrow());
                perStack.put(
                        stack, struct("Stack." + stack, ImmutableMap.of("outputs", published)));
            });
            return struct("Stacks", perStack.buildOrThrow());
        }

        CelType typeOf(JsonNode schema, String path) {
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
                ImmutableMap.Builder<String, CelType> fields = ImmutableMap.builder();
                schema.path("properties")
                        .properties()
                        .forEach(field ->
                                fields.put(
                                        field.getKey(),
                                        typeOf(field.getValue(), path + "." + field.getKey())));
                return struct(path, fields.buildOrThrow());
            }
            boolean uniform = additional.isObject() && !schema.has("properties");
            return MapType.create(
                    SimpleType.STRING,
                    uniform ? typeOf(additional, path + ".Value") : SimpleType.DYN);
        }

        private CelType struct(String name, ImmutableMap<String, CelType> fields) {
            StructType type =
                    StructType.create(
                            ROOT + name,
                            fields.keySet(),
                            field -> Optional.ofNullable(fields.get(field)));
            byName.put(type.name(), type);
            return type;
        }
    }
}
