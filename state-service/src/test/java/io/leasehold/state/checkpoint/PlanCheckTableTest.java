package io.leasehold.state.checkpoint;

import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.state.DecisionTable;
import io.leasehold.state.DecisionTable.Point;
import io.leasehold.state.checkpoint.PlanCheckDecider.Bound;
import io.leasehold.state.checkpoint.PlanCheckDecider.Situation;
import io.leasehold.state.checkpoint.PlanCheckDecider.State;
import org.junit.jupiter.api.Test;

/** Whether a plan that was left may be applied, whatever happened since. */
class PlanCheckTableTest {

    @Test
    void aPlanIsAppliedOnlyWhileEverythingIsAsItWas() {
        DecisionTable.of(
                        """
                        phase              expired  kind   mode   revision  generation  state                   module  lock   tofu   inputs | then
                        APPLYING|FINISHED  *        *      *      *         *           *                       *       *      *      *      | APPLY_BEGUN
                        *                  true     *      *      *         *           *                       *       *      *      *      | EXPIRED
                        *                  *        true   *      *         *           *                       *       *      *      *      | KIND
                        *                  *        *      true   *         *           *                       *       *      *      *      | KIND
                        *                  *        *      *      true      *           *                       *       *      *      *      | REVISION
                        *                  *        *      *      *         true        *                       *       *      *      *      | GENERATION
                        *                  *        *      *      *         *           version|lineage|serial  *       *      *      *      | STATE
                        *                  *        *      *      *         *           *                       true    *      *      *      | MODULE
                        *                  *        *      *      *         *           *                       *       true   *      *      | PROVIDERS
                        *                  *        *      *      *         *           *                       *       *      true   *      | TOFU
                        *                  *        *      *      *         *           *                       *       *      *      true   | INPUTS
                        *                  *        *      *      *         *           *                       *       *      *      *      | good
                        """)
                .axis("phase", RunPhase.class)
                .yesOrNo("expired")
                .yesOrNo("kind")
                .yesOrNo("mode")
                .yesOrNo("revision")
                .yesOrNo("generation")
                .axis("state", "same", "version", "lineage", "serial")
                .yesOrNo("module")
                .yesOrNo("lock")
                .yesOrNo("tofu")
                .yesOrNo("inputs")
                .holds(point ->
                        PlanCheckDecider.decide(situation(point)).map(Enum::name).orElse("good"));
    }

    /** What is true of an axis differs from when the plan was made. */
    private static Situation situation(Point point) {
        return new Situation(
                new Bound(
                        RunKind.APPLY,
                        "NORMAL",
                        4,
                        3,
                        new State(7, "lineage", 5L),
                        "module",
                        "lock",
                        "1.12.6",
                        "mac"),
                new Bound(
                        differs(point, "kind") ? RunKind.DESTROY : RunKind.APPLY,
                        differs(point, "mode") ? "DESTROY" : "NORMAL",
                        differs(point, "generation") ? 5 : 4,
                        differs(point, "revision") ? 4 : 3,
                        state(point.get("state")),
                        differs(point, "module") ? "other" : "module",
                        differs(point, "lock") ? "other" : "lock",
                        differs(point, "tofu") ? "1.12.7" : "1.12.6",
                        differs(point, "inputs") ? "other" : "mac"),
                point.get("phase"),
                point.get("expired"));
    }

    private static State state(String differs) {
        return new State(
                differs.equals("version") ? 8 : 7,
                differs.equals("lineage") ? "other" : "lineage",
                differs.equals("serial") ? 6L : 5L);
    }

    private static boolean differs(Point point, String axis) {
        return point.get(axis);
    }
}
