package io.leasehold.state.drift;

import io.leasehold.ledger.api.DriftReport;
import io.leasehold.state.DecisionTable;
import io.leasehold.state.DecisionTable.Point;
import org.junit.jupiter.api.Test;

/** Which edge every check is, whatever was known before. */
class DriftTableTest {

    private enum Open {
        NOTHING,
        THE_SAME,
        SOMETHING_ELSE
    }

    @Test
    void everyCheckIsOneEdge() {
        DecisionTable.of(
                        """
                        result     current  open                      failures  | then
                        *          false    *                         *         | DISCARDED
                        FAILED     true     *                         2         | FAILURE_TOLD
                        FAILED     true     *                         *         | FAILED
                        CLEAN      true     NOTHING                   *         | QUIET
                        CLEAN      true     THE_SAME|SOMETHING_ELSE   *         | RESOLVED
                        DRIFTED    true     NOTHING                   *         | DETECTED
                        DRIFTED    true     THE_SAME                  *         | SAME
                        DRIFTED    true     SOMETHING_ELSE            *         | CHANGED
                        """)
                .axis("result", DriftReport.Result.class)
                .yesOrNo("current")
                .axis("open", Open.class)
                .axis("failures", 0, 1, 2, 3)
                .holds(point -> DriftDecider.decide(check(point)).name());
    }

    @Test
    void case36WhatIsFoundWhileARevisionIsDueIsDiscarded() {
        DecisionTable.of(
                        """
                        result  open  | then
                        *       *     | DISCARDED
                        """)
                .axis("result", DriftReport.Result.class)
                .axis("open", Open.class)
                .holds(point ->
                        DriftDecider.decide(
                                        new DriftDecider.Check(
                                                point.get("result"), false, open(point), "f", 0))
                                .name());
    }

    private static DriftDecider.Check check(Point point) {
        return new DriftDecider.Check(
                point.get("result"), point.get("current"), open(point), "f", point.get("failures"));
    }

    private static @org.jspecify.annotations.Nullable String open(Point point) {
        return switch (point.<Open>get("open")) {
            case NOTHING -> null;
            case THE_SAME -> "f";
            case SOMETHING_ELSE -> "g";
        };
    }
}
