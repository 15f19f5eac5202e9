package io.leasehold.state.tenant;

import io.leasehold.state.DecisionTable;
import org.junit.jupiter.api.Test;

class AbandonTableTest {

    @Test
    void onlyALifeThatWaitsOrIsWaitedForIsAbandoned() {
        DecisionTable.of(
                        """
                        gone   older  newer  | then
                        true   *      *      | NOTHING
                        false  true   *      | REMOVED
                        false  false  true   | LET_GO
                        false  false  false  | NOTHING
                        """)
                .yesOrNo("gone")
                .yesOrNo("older")
                .yesOrNo("newer")
                .holds(point ->
                        AbandonDecider.decide(
                                        point.get("gone"), point.get("older"), point.get("newer"))
                                .name());
    }
}
