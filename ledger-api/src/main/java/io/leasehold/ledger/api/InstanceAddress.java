package io.leasehold.ledger.api;

import com.fasterxml.jackson.databind.JsonNode;

/** How tofu names the instances of resources that a state of format 4 lists. */
public final class InstanceAddress {
    private InstanceAddress() {}

    /** Whether a resource is one that exists elsewhere, and is not only looked up. */
    public static boolean isManaged(JsonNode resource) {
        return !resource.path("mode").asText("").equals("data");
    }

    /**
     * The address of an instance, such as {@code module.a.aws_instance.b["c"]}.
     *
     * @param resource of a state's {@code resources}
     * @param instance of that resource's {@code instances}
     */
    public static String of(JsonNode resource, JsonNode instance) {
        StringBuilder address = new StringBuilder();
        String module = resource.path("module").asText("");
        if (!module.isEmpty()) {
            address.append(module).append('.');
        }
        if (!isManaged(resource)) {
            address.append("data.");
        }
        address.append(resource.path("type").asText("")).append('.');
        address.append(resource.path("name").asText(""));
        JsonNode key = instance.path("index_key");
        if (key.isTextual()) {
            address.append("[\"").append(key.textValue()).append("\"]");
        } else if (key.isNumber()) {
            address.append('[').append(key.asText()).append(']');
        }
        String deposed = instance.path("deposed").asText("");
        return deposed.isEmpty()
                ? address.toString()
                : address.append(" (deposed ").append(deposed).append(')').toString();
    }
}
