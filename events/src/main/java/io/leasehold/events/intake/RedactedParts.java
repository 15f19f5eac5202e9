package io.leasehold.events.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.Header;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds in an edit what {@link Redaction} put in the place of what was sent. The redaction of a
 * value is JSON and passes every check, so whoever edits what they were shown would give a tenant
 * the words "(8 characters)" for a value. A placeholder counts wherever it stands, since names are
 * what is corrected; save where the value had those very words itself. For one thread.
 */
public final class RedactedParts {
    private final List<ObjectNode> shown = new ArrayList<>();
    private final Set<String> placeholders = new HashSet<>();

    private RedactedParts() {}

    /**
     * What the redaction of either may have left; of null, and of what does not read, nothing.
     *
     * @param original the value that came
     * @param corrected the value of the copy that was shown beside it
     */
    public static RedactedParts of(byte @Nullable [] original, byte @Nullable [] corrected) {
        RedactedParts parts = new RedactedParts();
        parts.shown(original);
        parts.shown(corrected);
        return parts;
    }

    private void shown(byte @Nullable [] value) {
        ObjectNode read = value == null ? null : read(value);
        if (read != null) {
            shown.add(read);
            gather(read, Redaction.tree(read.deepCopy()));
        }
    }

    private static @Nullable ObjectNode read(byte[] value) {
        try {
            return StrictJson.object(value);
        } catch (RefusedException e) {
            return null;
        }
    }

    private void gather(JsonNode was, JsonNode is) {
        if (is.isTextual() && !is.equals(was)) {
            placeholders.add(is.textValue());
        }
        for (var field : is.properties()) {
            gather(was.path(field.getKey()), field.getValue());
        }
        if (is.isArray()) {
            for (int i = 0; i < is.size(); i++) {
                gather(was.path(i), is.get(i));
            }
        }
    }

    /** The pointers of those left in a value; none in one that does not read. */
    public List<String> in(byte[] edited) {
        List<String> found = new ArrayList<>();
        ObjectNode read = placeholders.isEmpty() ? null : read(edited);
        if (read != null) {
            find(read, shown, "", found);
        }
        return found;
    }

    private void find(
            JsonNode node, List<? extends JsonNode> there, String pointer, List<String> found) {
        if (node.isTextual()
                && placeholders.contains(node.textValue())
                && there.stream().noneMatch(node::equals)) {
            found.add(pointer);
        }
        for (var field : node.properties()) {
            String name = field.getKey();
            find(
                    field.getValue(),
                    there.stream().map(each -> each.path(name)).toList(),
                    Pointer.to(pointer, name),
                    found);
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                int at = i;
                find(
                        node.get(i),
                        there.stream().map(each -> each.path(at)).toList(),
                        Pointer.to(pointer, i),
                        found);
            }
        }
    }

    /** The names of those headers that hold what the redaction made of one of that name. */
    public static List<String> in(List<Header> edited, List<Header> original) {
        return edited.stream()
                .filter(each -> !original.contains(each))
                .filter(Redaction.headers(original)::contains)
                .map(Header::name)
                .distinct()
                .toList();
    }

    /** Whether the key is what the redaction made of the original's. */
    public static boolean isOf(byte @Nullable [] edited, byte @Nullable [] original) {
        return original != null
                && !Arrays.equals(edited, original)
                && Arrays.equals(edited, Redaction.key(original));
    }
}
