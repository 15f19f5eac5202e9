package io.leasehold.state.blueprint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How a stack of one tenant is treated, after all layers were laid over one another.
 *
 * @param creation {@code WhenNeeded} or {@code Once}
 * @param deletion {@code Delete} or {@code Retain}
 * @param approval {@code auto} and the stricter ones
 * @param drift {@code report}, {@code off} and the like
 */
public record StackPolicy(String creation, String deletion, String approval, String drift) {

    /** Later layers win, field by field; what nobody says is the default. */
    public static StackPolicy of(JsonNode... layers) {
        String creation = "WhenNeeded";
        String deletion = "Delete";
        String approval = "auto";
        String drift = "report";
        for (JsonNode layer : layers) {
            creation = layer.path("creation").asText(creation);
            deletion = layer.path("deletion").asText(deletion);
            approval = layer.path("approval").asText(approval);
            drift = layer.path("drift").asText(drift);
        }
        return new StackPolicy(creation, deletion, approval, drift);
    }

    /** Applied once; later generations leave the stack as it is. */
    public boolean once() {
        return "Once".equals(creation);
    }

    /** On deletion the things stay, out of our care. */
    public boolean retain() {
        return "Retain".equals(deletion);
    }

    /** As it is stored with a revision. */
    public ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("approval", approval)
                .put("creation", creation)
                .put("deletion", deletion)
                .put("drift", drift);
    }
}
