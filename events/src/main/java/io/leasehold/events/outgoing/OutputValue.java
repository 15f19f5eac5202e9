package io.leasehold.events.outgoing;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One output of a stack: its value, or, if it is sensitive, where those who may can fetch it.
 * Exactly one of {@code value} and {@code ref} is there.
 *
 * @param type OpenTofu's type, as its JSON ({@code "string"}, {@code ["list","string"]})
 * @param value in the clear; a JSON null is a value
 * @param sensitive true if the value is only referred to
 * @param ref {@code state://…}, where the state service hands the value to who may have it
 * @param hmac keyed hash of the value: tells that it changed, not what it is
 */
public record OutputValue(
        JsonNode type,
        @Nullable JsonNode value,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean sensitive,
        @Nullable String ref,
        @JsonProperty("sha256hmac") @Nullable String hmac) {

    public OutputValue {
        if (sensitive == (ref == null) || sensitive != (value == null)) {
            throw new IllegalArgumentException(
                    "an output has a value, or is sensitive and has a reference");
        }
    }

    /** An output that everybody may see. */
    public static OutputValue plain(JsonNode type, JsonNode value) {
        return new OutputValue(type, value, false, null, null);
    }

    /** An output that is only referred to. */
    public static OutputValue reference(JsonNode type, String ref, @Nullable String hmac) {
        return new OutputValue(type, null, true, ref, hmac);
    }
}
