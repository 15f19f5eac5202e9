package io.leasehold.events.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Tells whether two events want the same of a tenant: SHA-256 over the canonical JSON of the data
 * as it was sent, without who it is, which generation it is, who asked, and what is ignored.
 */
public final class SpecHash {
    private static final List<String> NOT_WANTED =
            List.of("tenantId", "incarnation", "generation", "requestedBy", "extensions");

    private SpecHash() {}

    /** The hash of an event's data, 64 hexadecimal digits. The tree is not changed. */
    public static String of(ObjectNode data) {
        ObjectNode wanted = data.objectNode();
        data.properties().stream()
                .filter(entry -> !NOT_WANTED.contains(entry.getKey()))
                .forEach(entry -> wanted.set(entry.getKey(), entry.getValue()));
        return ofTree(wanted);
    }

    /** The hash of any tree by the same canonical form, for inputs and outputs. */
    public static String ofTree(JsonNode tree) {
        return HexFormat.of().formatHex(sha256(CanonicalJson.of(tree).getBytes(UTF_8)));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
