package io.leasehold.provisioner.tofu;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.DriftReport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@code show -json} of a plan. Pure; values never leave it. */
final class PlanReader {

    /** Deeper or wider than this, the enclosing path stands for what is inside. */
    private static final int MAX_DEPTH = 6;

    private static final int MAX_PATHS = 100;

    private PlanReader() {}

    static PlanView read(JsonNode shown) {
        List<PlanView.Change> changes = new ArrayList<>();
        for (JsonNode resource : shown.path("resource_changes")) {
            String action = action(resource.path("change").path("actions"));
            if (!action.equals("no-op")) {
                changes.add(
                        new PlanView.Change(
                                resource.path("address").asText(),
                                resource.path("type").asText(),
                                action));
            }
        }
        List<DriftReport.Change> drift = new ArrayList<>();
        for (JsonNode resource : shown.path("resource_drift")) {
            drift(resource, drift);
        }
        return new PlanView(changes, drift);
    }

    private static void drift(JsonNode resource, List<DriftReport.Change> drift) {
        JsonNode change = resource.path("change");
        String action = action(change.path("actions"));
        List<DriftReport.Attribute> attributes = new ArrayList<>();
        if (action.equals("update")) {
            differences("", change.path("before"), change.path("after"), 0, attributes);
            if (attributes.isEmpty()) {
                // A move or a change of marks only: nothing in reality differs.
                return;
            }
        }
        if (!action.equals("no-op")) {
            drift.add(
                    new DriftReport.Change(
                            resource.path("address").asText(),
                            resource.path("type").asText(),
                            action,
                            attributes));
        }
    }

    /** A pair of actions is a replacement, in whichever order they would be done. */
    private static String action(JsonNode actions) {
        Set<String> names = new HashSet<>();
        actions.forEach(action -> names.add(action.asText()));
        if (names.contains("create") && names.contains("delete")) {
            return "replace";
        }
        return names.isEmpty() ? "no-op" : names.iterator().next();
    }

    private static void differences(
            String path,
            JsonNode before,
            JsonNode after,
            int depth,
            List<DriftReport.Attribute> found) {
        if (before.equals(after) || found.size() >= MAX_PATHS) {
            return;
        }
        if (before.isObject() && after.isObject() && depth < MAX_DEPTH) {
            Set<String> names = new TreeSet<>();
            before.fieldNames().forEachRemaining(names::add);
            after.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                String inner = path.isEmpty() ? name : path + "." + name;
                differences(inner, before.path(name), after.path(name), depth + 1, found);
            }
            return;
        }
        if (path.isEmpty()) {
            return;
        }
        found.add(new DriftReport.Attribute(path, kind(before, after)));
    }

    private static String kind(JsonNode before, JsonNode after) {
        if (before.isMissingNode() || before.isNull()) {
            return "added";
        }
        return after.isMissingNode() || after.isNull() ? "removed" : "changed";
    }
}
