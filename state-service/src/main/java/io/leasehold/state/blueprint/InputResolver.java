package io.leasehold.state.blueprint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cel.common.CelErrorCode;
import dev.cel.runtime.CelEvaluationException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Computes the inputs of a stack's module. Pure; safe to share.
 *
 * <p>A string that is one whole expression keeps the type of its result, a plain reference its
 * exact number. An input whose reference names an optional variable that was not given, or whose
 * result is null, is left out, so that the module's own default holds.
 */
public final class InputResolver {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Resolves all inputs of a stack of that blueprint. */
    public Resolution resolve(Blueprint blueprint, Template template, Facts facts) {
        Set<String> missing = new TreeSet<>();
        for (OutputUse use : template.outputUses()) {
            Map<String, JsonNode> outputs = facts.outputs().get(use.stack());
            if (outputs == null) {
                missing.add(use.stack());
            } else if (use.output() != null && !outputs.containsKey(use.output())) {
                return new Resolution.Failed(
                        "the stack " + use.stack() + " has no output " + use.output());
            }
        }
        if (!missing.isEmpty()) {
            return new Resolution.Waiting(missing);
        }
        try {
            Activation activation = new Activation(blueprint, facts);
            ObjectNode inputs = JSON.objectNode();
            for (var input : template.inputs().fields().entrySet()) {
                JsonNode value = value(input.getValue(), input.getKey(), activation);
                if (value != null) {
                    inputs.set(input.getKey(), value);
                }
            }
            return new Resolution.Resolved(inputs);
        } catch (Unresolvable e) {
            return new Resolution.Failed(String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable JsonNode value(
            InputTemplate template, String where, Activation activation) {
        return switch (template) {
            case InputTemplate.Fixed fixed -> fixed.value();
            case InputTemplate.Whole whole -> activation.evaluate(whole.expression(), where);
            case InputTemplate.Text text -> text(text, where, activation);
            case InputTemplate.Items items -> {
                ArrayNode array = JSON.arrayNode();
                for (InputTemplate item : items.items()) {
                    JsonNode value = value(item, where, activation);
                    if (value == null) {
                        throw new Unresolvable(where + ": an item of the list has no value");
                    }
                    array.add(value);
                }
                yield array;
            }
            case InputTemplate.Fields fields -> {
                ObjectNode object = JSON.objectNode();
                for (var field : fields.fields().entrySet()) {
                    JsonNode value =
                            value(field.getValue(), where + "." + field.getKey(), activation);
                    if (value != null) {
                        object.set(field.getKey(), value);
                    }
                }
                yield object;
            }
        };
    }

    private static JsonNode text(InputTemplate.Text text, String where, Activation activation) {
        StringBuilder out = new StringBuilder();
        for (Object part : text.parts()) {
            if (part instanceof Expression expression) {
                JsonNode value = activation.evaluate(expression, where);
                if (value == null || value.isContainerNode()) {
                    throw new Unresolvable(
                            where + ": ${" + expression.source() + "} is not text, number or bool");
                }
                out.append(
                        value.isNumber() ? value.decimalValue().toPlainString() : value.asText());
            } else {
                out.append(part);
            }
        }
        return JSON.textNode(out.toString());
    }

    /** The facts in the form expressions read, made when first needed. */
    private static final class Activation {
        private final Blueprint blueprint;
        private final Facts facts;
        private @Nullable Map<String, Object> values;

        Activation(Blueprint blueprint, Facts facts) {
            this.blueprint = blueprint;
            this.facts = facts;
        }

        @Nullable JsonNode evaluate(Expression expression, String where) {
            if (expression.path().size() > 1) {
                JsonNode found = follow(expression);
                return found.isMissingNode() || found.isNull() ? null : found;
            }
            try {
                return CelValues.fromCel(expression.program().eval(values()));
            } catch (CelEvaluationException e) {
                // Other messages may quote what was read.
                String what =
                        e.getErrorCode() == CelErrorCode.ATTRIBUTE_NOT_FOUND
                                ? String.valueOf(e.getMessage())
                                : e.getErrorCode().name();
                throw new Unresolvable(where + ": ${" + expression.source() + "}: " + what);
            } catch (IllegalArgumentException e) {
                throw new Unresolvable(
                        where + ": ${" + expression.source() + "}: " + e.getMessage());
            }
        }

        private JsonNode follow(Expression expression) {
            var path = expression.path();
            JsonNode at =
                    switch (path.getFirst()) {
                        case "tenant" -> facts.tenant();
                        case "var" -> facts.variables();
                        default -> outputs(path.get(1));
                    };
            for (String name : path.subList(1, path.size())) {
                at = at.path(name);
            }
            return at;
        }

        private JsonNode outputs(String stack) {
            ObjectNode outputs = JSON.objectNode();
            facts.outputs().getOrDefault(stack, Map.of()).forEach(outputs::set);
            ObjectNode wrapped = JSON.objectNode();
            wrapped.putObject(stack).set("outputs", outputs);
            return wrapped;
        }

        private Map<String, Object> values() {
            if (values == null) {
                Map<String, Object> stacks = new LinkedHashMap<>();
                facts.outputs()
                        .forEach((stack, outputs) -> {
                            Map<String, Object> each = new LinkedHashMap<>();
                            outputs.forEach((name, value) ->
                                    each.put(
                                            name,
                                            CelValues.toCel(value, MissingNode.getInstance())));
                            stacks.put(stack, Map.of("outputs", each));
                        });
                values =
                        Map.of(
                                "tenant",
                                CelValues.toCel(facts.tenant(), MissingNode.getInstance()),
                                "var",
                                CelValues.toCel(
                                        facts.variables(), blueprint.variables().document()),
                                "stacks",
                                stacks);
            }
            return values;
        }
    }

    /** Ends a resolution; never leaves this class. */
    private static final class Unresolvable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unresolvable(String reason) {
            super(reason, null, false, false);
        }
    }
}
