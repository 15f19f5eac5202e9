package io.leasehold.state.drift;

import io.leasehold.events.outgoing.DriftFinding;
import io.leasehold.events.outgoing.DriftFinding.Severity;
import io.leasehold.ledger.api.DriftReport;
import java.util.List;
import java.util.Set;

/** Turns what a check reports into what is published: counted, judged, bounded. Pure. */
final class DriftFindings {
    /** Attributes that only describe; their last path segment but for map keys. */
    private static final Set<String> DESCRIBING =
            Set.of("tags", "tags_all", "labels", "description");

    private DriftFindings() {}

    static DriftFinding of(String fingerprint, List<DriftReport.Change> changes) {
        int deleted = (int) changes.stream().filter(DriftFindings::isDelete).count();
        Severity worst =
                changes.stream()
                        .map(DriftFindings::severity)
                        .max(Severity::compareTo)
                        .orElse(Severity.INFO);
        return new DriftFinding(
                fingerprint,
                worst,
                new DriftFinding.Summary(changes.size(), deleted, changes.size() - deleted, 0),
                changes.stream().map(DriftFindings::change).toList(),
                false);
    }

    /** What vanished is high, what only describes is low, any other change is in between. */
    private static Severity severity(DriftReport.Change change) {
        if (isDelete(change)) {
            return Severity.HIGH;
        }
        boolean describes =
                !change.attributes().isEmpty()
                        && change.attributes().stream()
                                .allMatch(a -> DESCRIBING.contains(first(a.path())));
        return describes ? Severity.LOW : Severity.MEDIUM;
    }

    private static String first(String path) {
        int dot = path.indexOf('.');
        return dot < 0 ? path : path.substring(0, dot);
    }

    private static boolean isDelete(DriftReport.Change change) {
        return change.action().equals("delete");
    }

    private static DriftFinding.Change change(DriftReport.Change change) {
        return new DriftFinding.Change(
                change.address(),
                change.type(),
                change.action(),
                change.attributes().stream()
                        .map(a -> new DriftFinding.Attribute(a.path(), a.kind()))
                        .toList());
    }
}
