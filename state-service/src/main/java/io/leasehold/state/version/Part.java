package io.leasehold.state.version;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.ledger.api.InstanceAddress;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/**
 * One resource instance or one output of a state.
 *
 * @param address as tofu writes it; an output's is {@code output.NAME}
 * @param managed it is something that exists elsewhere: neither an output nor only looked up
 * @param values what it consists of, by attribute
 * @param about what is known of it besides: provider, status, schema version
 * @param identity what tells the real thing from others; empty for an output
 * @param sensitive paths of the values that are marked as secrets
 */
record Part(
        String address,
        boolean managed,
        JsonNode values,
        JsonNode about,
        JsonNode identity,
        Set<String> sensitive) {
    private static final String OUTPUT = "output.";

    static Part output(String name, JsonNode output) {
        JsonNode about =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("sensitive", output.path("sensitive").asBoolean(false));
        return new Part(
                OUTPUT + name,
                false,
                JsonNodeFactory.instance.objectNode().set("value", output.path("value")),
                about,
                JsonNodeFactory.instance.objectNode(),
                output.path("sensitive").asBoolean(false) ? Set.of("value") : Set.of());
    }

    static Part instance(JsonNode resource, JsonNode instance) {
        JsonNode about =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("provider", resource.path("provider").asText(""))
                        .put("status", instance.path("status").asText(""))
                        .put("schema version", instance.path("schema_version").asLong(0));
        JsonNode attributes = instance.path("attributes");
        JsonNode values =
                attributes instanceof MissingNode ? instance.path("attributes_flat") : attributes;
        return new Part(
                InstanceAddress.of(resource, instance),
                InstanceAddress.isManaged(resource),
                values,
                about,
                identity(resource, instance, values),
                sensitive(instance.path("sensitive_attributes")));
    }

    /** Its {@code id}, and what the provider itself says that the thing is known by. */
    private static JsonNode identity(JsonNode resource, JsonNode instance, JsonNode values) {
        ObjectNode identity =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("type", resource.path("type").asText(""))
                        .put("provider", resource.path("provider").asText(""))
                        .put("its own provider", instance.path("provider").asText(""));
        identity.set("id", values.path("id"));
        identity.set("identity", instance.path("identity"));
        return identity;
    }

    boolean isOutput() {
        return address.startsWith(OUTPUT);
    }

    /** An output's name. */
    String outputName() {
        return address.substring(OUTPUT.length());
    }

    /** tofu writes a path as steps: attribute names, and keys of maps and lists. */
    private static Set<String> sensitive(JsonNode marks) {
        Set<String> paths = new TreeSet<>();
        for (JsonNode steps : marks) {
            paths.add(
                    StreamSupport.stream(steps.spliterator(), false)
                            .map(Part::step)
                            .reduce("", Part::below));
        }
        return paths;
    }

    private static String step(JsonNode step) {
        JsonNode value = step.path("value");
        if (!step.path("type").asText("").equals("index")) {
            return value.asText("");
        }
        JsonNode key = value.isObject() ? value.path("value") : value;
        return key.isNumber() ? "[" + key.asText() + "]" : key.asText("");
    }

    /** The path of a step below a path. */
    static String below(String path, String step) {
        return path.isEmpty() || step.startsWith("[") ? path + step : path + "." + step;
    }

    /** Leaves the values out: they may be secrets. */
    @Override
    public String toString() {
        return "Part[" + address + "]";
    }
}
