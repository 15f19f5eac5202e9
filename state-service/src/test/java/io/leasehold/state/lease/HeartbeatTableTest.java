package io.leasehold.state.lease;

import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.state.DecisionTable;
import io.leasehold.state.DecisionTable.Point;
import org.junit.jupiter.api.Test;

/** What every run at work is told, whatever is wanted by then. */
class HeartbeatTableTest {

    @Test
    void everyRunAtWorkIsToldWhatTheLedgerWants() {
        DecisionTable.of(
                        """
                        kind     phase              wanted  lifecycle          hold       newer  replans  | then
                        *        *                  *       *                  CANCELLED  *      *        | CANCEL
                        STATE    *                  *       *                  *          *      *        | CONTINUE
                        *        APPLYING|FINISHED  *       *                  *          *      *        | CONTINUE
                        *        *                  *       *                  BREAKER    *      *        | DROP
                        DRIFT    *                  *       *                  *          *      *        | CONTINUE
                        APPLY    *                  false   *                  *          *      *        | DROP
                        APPLY    *                  true    suspended|deleted  *          *      *        | DROP
                        APPLY    *                  true    active             *          true   0|1      | REPLAN
                        APPLY    *                  true    active             *          *      *        | CONTINUE
                        DESTROY  *                  true    *                  *          *      *        | DROP
                        DESTROY  *                  false   suspended          *          *      *        | DROP
                        DESTROY  *                  false   active|deleted     *          *      *        | CONTINUE
                        """)
                .axis("kind", RunKind.class)
                .axis("phase", RunPhase.class)
                .yesOrNo("wanted")
                .axis("lifecycle", "active", "suspended", "deleted")
                .axis("hold", "NONE", "CANCELLED", "BREAKER")
                .yesOrNo("newer")
                .axis("replans", 0, 1, 2, 3)
                .holds(point -> HeartbeatDecider.decide(situation(point)).name());
    }

    private static HeartbeatDecider.Situation situation(Point point) {
        String hold = point.get("hold");
        return new HeartbeatDecider.Situation(
                point.get("kind"),
                point.get("phase"),
                3,
                point.<Boolean>get("newer") ? 4 : 3,
                point.get("wanted"),
                point.get("lifecycle"),
                hold.equals("NONE") ? null : hold,
                point.get("replans"));
    }

    /**
     * A plan is bound to the revision it was made for: whether or not somebody has to approve it, a
     * newer one makes it void before it is applied.
     */
    @Test
    void case10ANewerRevisionVoidsAPlanThatWaits() {
        DecisionTable.of(
                        """
                        phase                             newer  | then
                        APPLYING|FINISHED                 *      | CONTINUE
                        ASKED|CLAIMED|PREPARING|PLANNING  true   | REPLAN
                        ASKED|CLAIMED|PREPARING|PLANNING  false  | CONTINUE
                        """)
                .axis("phase", RunPhase.class)
                .yesOrNo("newer")
                .holds(point ->
                        HeartbeatDecider.decide(
                                        new HeartbeatDecider.Situation(
                                                RunKind.APPLY,
                                                point.get("phase"),
                                                3,
                                                point.<Boolean>get("newer") ? 4 : 3,
                                                true,
                                                "active",
                                                null,
                                                0))
                                .name());
    }
}
