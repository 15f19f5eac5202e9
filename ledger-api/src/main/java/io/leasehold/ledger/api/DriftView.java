package io.leasehold.ledger.api;

import java.util.List;

/** What is adrift on a stack now. */
public record DriftView(
        StackRef stack,
        String driftId,
        String fingerprint,
        String firstSeen,
        String lastSeen,
        long checks,
        List<DriftReport.Change> changes) {

    /** Takes a copy of the list. */
    public DriftView {
        changes = List.copyOf(changes);
    }
}
