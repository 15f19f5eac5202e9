package io.leasehold.state.version;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.StateDiff;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Compares one part of two states and tells paths, never values; of what is marked as a secret in
 * either, that it differs and nothing below it. Pure; for one comparison.
 */
final class PartDiff {
    private final Set<String> sensitive;
    private final Consumer<StateDiff.Attribute> found;

    private PartDiff(Set<String> sensitive, Consumer<StateDiff.Attribute> found) {
        this.sensitive = sensitive;
        this.found = found;
    }

    static List<StateDiff.Attribute> of(Part before, Part after) {
        List<StateDiff.Attribute> all = new ArrayList<>();
        Set<String> marks = new TreeSet<>(before.sensitive());
        marks.addAll(after.sensitive());
        new PartDiff(marks, all::add).compare("", before.values(), after.values());
        new PartDiff(
                        Set.of(),
                        a ->
                                all.add(
                                        new StateDiff.Attribute(
                                                "(" + a.path() + ")", "changed", false)))
                .compare("", before.about(), after.about());
        return all;
    }

    private void compare(String path, JsonNode before, JsonNode after) {
        if (before.equals(after)) {
            return;
        }
        if (sensitive.contains(path)) {
            found.accept(new StateDiff.Attribute(path, "changed", true));
        } else if (isNothing(before) != isNothing(after)) {
            // What appears or goes as a whole is told as one.
            String kind = isNothing(before) ? "added" : "removed";
            found.accept(new StateDiff.Attribute(path, kind, hidesBelow(path)));
        } else if (before.isObject() && after.isObject()) {
            Set<String> names = new TreeSet<>();
            before.fieldNames().forEachRemaining(names::add);
            after.fieldNames().forEachRemaining(names::add);
            names.forEach(
                    name -> compare(Part.below(path, name), before.path(name), after.path(name)));
        } else if (before.isArray() && after.isArray()) {
            int longest = Math.max(before.size(), after.size());
            for (int i = 0; i < longest; i++) {
                compare(Part.below(path, "[" + i + "]"), before.path(i), after.path(i));
            }
        } else {
            found.accept(new StateDiff.Attribute(path, "changed", hidesBelow(path)));
        }
    }

    private static boolean isNothing(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private boolean hidesBelow(String path) {
        return sensitive.stream()
                .anyMatch(mark -> mark.startsWith(path + ".") || mark.startsWith(path + "["));
    }
}
