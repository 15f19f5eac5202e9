package io.leasehold.state.blueprint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * What expressions may read.
 *
 * @param tenant {@code id, incarnation, generation, name, tier, region, labels}
 * @param variables the stack's variables, layered and with defaults
 * @param outputs of applied stacks, by stack and name
 */
public record Facts(
        ObjectNode tenant, ObjectNode variables, Map<String, Map<String, JsonNode>> outputs) {

    /** Takes a copy of the map. */
    public Facts {
        outputs = Map.copyOf(outputs);
    }

    /** The facts about a tenant of that spec. */
    public static ObjectNode tenantOf(
            String tenantId, int incarnation, long generation, ObjectNode spec) {
        ObjectNode tenant =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("id", tenantId)
                        .put("incarnation", incarnation)
                        .put("generation", generation);
        for (String name : List.of("name", "tier", "region")) {
            if (spec.path(name).isTextual()) {
                tenant.set(name, spec.get(name));
            }
        }
        JsonNode labels = spec.path("labels");
        tenant.set("labels", labels.isObject() ? labels : tenant.objectNode());
        return tenant;
    }
}
