package io.leasehold.events.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * A JSON merge patch (RFC 7396): what an object has of the patch replaces the value's, null takes a
 * name away, and a list is replaced whole. Both sides are read as strictly as an event, so that no
 * fault of the value is mended unseen; nor is half a character, which would be written as a
 * question mark. Pure.
 */
public final class MergePatch {
    private static final String HALF =
            "half a character (a lone surrogate) stands in it, which UTF-8 cannot hold";

    private MergePatch() {}

    /** What came of it. */
    public sealed interface Result {
        /** The value with the patch laid over it. */
        record Patched(String value) implements Result {}

        /** The patch is not one JSON object. */
        record NoPatch(String reason) implements Result {}

        /** What is to be patched is not one JSON object. */
        record NoTarget(String reason) implements Result {}
    }

    /** Lays {@code patch} over {@code value}. */
    public static Result apply(byte[] patch, byte[] value) {
        ObjectNode changes;
        try {
            changes = StrictJson.object(patch);
        } catch (RefusedException e) {
            return new Result.NoPatch(reason(e));
        }
        if (!isText(changes.toString())) {
            return new Result.NoPatch(HALF);
        }
        try {
            String patched = merged(StrictJson.object(value), changes).toString();
            return isText(patched) ? new Result.Patched(patched) : new Result.NoTarget(HALF);
        } catch (RefusedException e) {
            return new Result.NoTarget(reason(e));
        }
    }

    private static boolean isText(String text) {
        return UTF_8.newEncoder().canEncode(text);
    }

    private static String reason(RefusedException refused) {
        return Printable.reason(String.valueOf(refused.getMessage()));
    }

    private static ObjectNode merged(ObjectNode target, ObjectNode changes) {
        for (Map.Entry<String, JsonNode> change : changes.properties()) {
            String name = change.getKey();
            JsonNode to = change.getValue();
            if (to.isNull()) {
                target.remove(name);
            } else if (to instanceof ObjectNode below) {
                ObjectNode at =
                        target.get(name) instanceof ObjectNode there ? there : target.objectNode();
                target.set(name, merged(at, below));
            } else {
                target.set(name, to);
            }
        }
        return target;
    }
}
