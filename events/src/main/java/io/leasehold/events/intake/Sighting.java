package io.leasehold.events.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what a record claims while it is read, so that a refusal can say whose it was. */
final class Sighting {
    private final @Nullable String keyTenant;
    private Map<String, String> attributes = Map.of();
    private @Nullable JsonNode data;

    Sighting(byte @Nullable [] key) {
        this.keyTenant =
                key == null || key.length > TenantIds.MAX_LENGTH
                        ? null
                        : formed(new String(key, UTF_8));
    }

    void attributes(Map<String, String> seen) {
        attributes = seen;
    }

    void data(JsonNode seen) {
        data = seen;
    }

    Claims claims() {
        String inData =
                data != null && data.path("tenantId").isTextual()
                        ? formed(data.path("tenantId").textValue())
                        : null;
        return new Claims(
                inData == null ? keyTenant : inData,
                number("incarnation"),
                number("generation"),
                Printable.orNull(attributes.get("id")),
                Printable.orNull(attributes.get("source")),
                Printable.orNull(attributes.get("type")));
    }

    private @Nullable Long number(String field) {
        JsonNode node = data == null ? null : data.get(field);
        return node != null && node.isIntegralNumber() && node.canConvertToLong()
                ? node.longValue()
                : null;
    }

    private static @Nullable String formed(String id) {
        return TenantIds.hasForm(id) ? id : null;
    }
}
