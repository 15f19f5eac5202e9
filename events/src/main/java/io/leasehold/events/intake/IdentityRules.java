package io.leasehold.events.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.ErrorCode;
import io.leasehold.events.EventType;
import io.leasehold.events.tenant.Lifecycle;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who the event is about, which life and generation, and whether type and lifecycle agree. */
final class IdentityRules {
    static final long MAX_EXACT = (1L << 53) - 1;

    private IdentityRules() {}

    static void tenantId(ObjectNode data) throws RefusedException {
        JsonNode node = data.get("tenantId");
        if (node == null) {
            throw RefusedException.at(
                    ErrorCode.SCHEMA_VIOLATION, "/tenantId", "is missing; wants the tenant's id");
        }
        if (!node.isTextual()) {
            throw RefusedException.at(
                    ErrorCode.TENANT_ID_INVALID,
                    "/tenantId",
                    "is of type " + Kinds.of(node) + "; wants a string");
        }
        String id = node.textValue();
        if (TenantIds.isValid(id)) {
            return;
        }
        throw RefusedException.at(
                ErrorCode.TENANT_ID_INVALID,
                "/tenantId",
                whatIsWrong(id)
                        + "; wants 3 to 40 of"
                        + " a-z, 0-9 and single hyphens, a letter first, no hyphen last");
    }

    private static String whatIsWrong(String id) {
        if (TenantIds.hasForm(id)) {
            return TenantIds.isReserved(id) ? "is a reserved word" : "has two hyphens in a row";
        }
        int[] points = id.codePoints().toArray();
        for (int i = 0; i < points.length; i++) {
            int c = points[i];
            boolean allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
            if (!allowed) {
                return "has U+%04X at position %d".formatted(c, i);
            }
        }
        return points.length < 3 || points.length > TenantIds.MAX_LENGTH
                ? "has " + points.length + " characters"
                : "begins or ends with a character that may not stand there";
    }

    static void incarnation(ObjectNode data) throws RefusedException {
        JsonNode node = data.get("incarnation");
        if (node != null) {
            checkRange(node, "/incarnation", ErrorCode.INCARNATION_INVALID);
        }
    }

    static void generation(ObjectNode data, Ordering ordering) throws RefusedException {
        JsonNode node = data.get("generation");
        switch (ordering) {
            case GENERATION -> {
                if (node == null) {
                    throw RefusedException.at(
                            ErrorCode.GENERATION_MISSING,
                            "/generation",
                            "is missing; wants an integer that grows with every change");
                }
                checkRange(node, "/generation", ErrorCode.GENERATION_INVALID);
            }
            case POSITION -> {
                if (node != null) {
                    throw RefusedException.at(
                            ErrorCode.GENERATION_INVALID,
                            "/generation",
                            "is given, but this source is ordered by position; wants none");
                }
            }
            case LEFT_TO_LEDGER -> {
                if (node != null) {
                    checkRange(node, "/generation", ErrorCode.GENERATION_INVALID);
                }
            }
        }
    }

    private static void checkRange(JsonNode node, String pointer, ErrorCode code)
            throws RefusedException {
        if (!node.isIntegralNumber()) {
            throw RefusedException.at(
                    code, pointer, "is of type " + Kinds.of(node) + "; wants an integer");
        }
        if (!node.canConvertToLong() || node.longValue() < 1 || node.longValue() > MAX_EXACT) {
            throw RefusedException.at(code, pointer, "is out of range; wants 1 to " + MAX_EXACT);
        }
    }

    static void lifecycle(ObjectNode data, EventType type) throws RefusedException {
        JsonNode node = data.get("lifecycle");
        if (node == null) {
            throw RefusedException.at(
                    ErrorCode.SCHEMA_VIOLATION,
                    "/lifecycle",
                    "is missing; wants active, suspended or deleted");
        }
        Lifecycle lifecycle =
                Stream.of(Lifecycle.values())
                        .filter(l -> l.value().equals(node.textValue()))
                        .findFirst()
                        .orElse(null);
        if (lifecycle == null) {
            throw RefusedException.at(
                    ErrorCode.SCHEMA_VIOLATION,
                    "/lifecycle",
                    "is none of the known; wants active, suspended or deleted");
        }
        if (!lifecycle.agreesWith(type)) {
            throw RefusedException.at(
                    ErrorCode.LIFECYCLE_MISMATCH,
                    "/lifecycle",
                    "is "
                            + lifecycle.value()
                            + " in an event of type "
                            + type.value()
                            + "; wants both to say the same");
        }
    }

    static void key(byte @Nullable [] key, String tenantId) throws RefusedException {
        if (key == null || !Arrays.equals(key, tenantId.getBytes(UTF_8))) {
            String found =
                    key == null ? "has no key" : "has another key of " + key.length + " bytes";
            throw RefusedException.at(
                    ErrorCode.KEY_MISMATCH,
                    "/tenantId",
                    "is of a record that " + found + "; wants the tenant's id as key");
        }
    }
}
