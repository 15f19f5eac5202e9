package io.leasehold.events.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.Header;
import io.leasehold.events.Headers;
import io.leasehold.events.tenant.SnakeCase;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A record as it may be looked at by whoever wants to know what is wrong with it: every name stays,
 * and of the texts those of fields that the contract gives a meaning. Any other text, in variables,
 * labels, extensions, and under names that nobody knows, may be what must not be shown, and is said
 * by its length. Headers likewise. Pure.
 */
public final class Redaction {
    /** Of the data, by their pointers. */
    private static final Pattern TOLD =
            Pattern.compile(
                    "/(tenantId|lifecycle|name|tier|region|requestedBy)"
                            + "|/blueprint/(name|version)"
                            + "|(/stacks/[^/]+)?/policy/(creation|deletion|approval|drift)");

    /** Of the envelope, where it stands in the value. */
    private static final Pattern ATTRIBUTES =
            Pattern.compile(
                    "/(id|source|type|specversion|subject|time|dataschema|datacontenttype"
                            + "|partitionkey|traceparent|tracestate|correlationid|causationid)");

    private Redaction() {}

    /** The value; of one that is not a JSON object only the length. */
    public static String value(byte[] value) {
        try {
            return tree(StrictJson.object(value)).toPrettyString();
        } catch (RefusedException e) {
            return unread(value);
        }
    }

    /** Redacts the tree itself. */
    static ObjectNode tree(ObjectNode root) {
        JsonNode data = root.has("specversion") ? root.get("data") : null;
        if (data != null) {
            // Put back where it stood: an object keeps the place of a name.
            root.putNull("data");
            object(root, "", ATTRIBUTES, false);
            root.set("data", node(data, "", TOLD, false));
        } else {
            object(root, "", TOLD, false);
        }
        return root;
    }

    /** What is told of a value that is not to be read. */
    public static String unread(byte[] value) {
        return "(" + value.length + " bytes that do not read as one JSON object)";
    }

    /**
     * @param within below the name of a secret
     */
    private static void object(ObjectNode object, String pointer, Pattern told, boolean within) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String below = Pointer.to(pointer, field.getKey());
            boolean secret = within || SecretRule.isSecret(SnakeCase.of(field.getKey()));
            field.setValue(node(field.getValue(), below, told, secret));
        }
    }

    private static JsonNode node(JsonNode node, String pointer, Pattern told, boolean secret) {
        if (node instanceof ObjectNode object) {
            object(object, pointer, told, secret);
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, node(array.get(i), Pointer.to(pointer, i), told, secret));
            }
        } else if (node.isTextual() && !told.matcher(pointer).matches()) {
            return StrictJson.text("(" + node.textValue().length() + " characters)");
        } else if (node.isNumber() && secret) {
            return StrictJson.text("(a number)");
        }
        return node;
    }

    /** The headers; the values of those that are not of the contract are told by their length. */
    public static List<Header> headers(List<Header> headers) {
        return headers.stream().map(Redaction::header).toList();
    }

    private static Header header(Header header) {
        byte[] value = header.value();
        return value == null || Headers.isOfContract(header.name())
                ? header
                : new Header(header.name(), length(value));
    }

    /** The key, if it is the id of a tenant as it has to be; else its length. */
    public static byte[] key(byte[] key) {
        return TenantIds.isValid(new String(key, UTF_8)) ? key : length(key);
    }

    private static byte[] length(byte[] bytes) {
        return ("(" + bytes.length + " bytes)").getBytes(UTF_8);
    }
}
