package io.leasehold.state.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.state.blueprint.BlueprintKey;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a well-formed event asks for.
 *
 * @param incarnation which life; may be larger than the ledger ever keeps
 * @param blueprint null where the event does not carry the full spec
 * @param data as published
 */
public record Change(
        String tenantId,
        long incarnation,
        long generation,
        Lifecycle lifecycle,
        String specHash,
        @Nullable BlueprintKey blueprint,
        ObjectNode data) {

    /** What upstream wants of the tenant. */
    public enum Lifecycle {
        ACTIVE,
        SUSPENDED,
        DELETED;

        String column() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Reads an event's data, which intake has held against the schema. */
    public static Change of(ObjectNode data, String specHash) {
        JsonNode blueprint = data.path("blueprint");
        boolean full = blueprint.path("name").isTextual() && blueprint.path("version").isTextual();
        return new Change(
                data.path("tenantId").asText(),
                data.path("incarnation").asLong(1),
                data.path("generation").asLong(0),
                Lifecycle.valueOf(data.path("lifecycle").asText("active").toUpperCase(Locale.ROOT)),
                specHash,
                full
                        ? new BlueprintKey(
                                blueprint.path("name").textValue(),
                                blueprint.path("version").textValue())
                        : null,
                data);
    }

    /** The same as that generation, for sources whose generations the ledger counts. */
    public Change as(long counted) {
        return new Change(tenantId, incarnation, counted, lifecycle, specHash, blueprint, data);
    }

    public boolean delete() {
        return lifecycle == Lifecycle.DELETED;
    }
}
