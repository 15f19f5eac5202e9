package io.leasehold.state.tfstate;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One output as it stands in a state.
 *
 * @param type tofu's type expression, such as {@code "string"} or {@code ["list","string"]}
 */
public record StateOutput(boolean sensitive, JsonNode type, JsonNode value) {
    /** Leaves the value out: it may be a secret. */
    @Override
    public String toString() {
        return "StateOutput[sensitive=" + sensitive + ", type=" + type + "]";
    }
}
