package io.leasehold.state.output;

import io.leasehold.state.DecisionTable;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whether outputs are published again, whatever stands on the topic. */
class OutputsTableTest {

    private enum Standing {
        NOTHING,
        THE_SAME,
        SOMETHING_ELSE
    }

    @Test
    void onlyWhatStandsThereReadyAndForThisGenerationIsNotPublishedAgain() {
        DecisionTable.of(
                        """
                        standing                 ready  generation      | then
                        NOTHING|SOMETHING_ELSE   *      *               | true
                        THE_SAME                 false  *               | true
                        THE_SAME                 true   7               | true
                        THE_SAME                 true   8|9             | false
                        """)
                .axis("standing", Standing.class)
                .yesOrNo("ready")
                .axis("generation", 7L, 8L, 9L)
                .holds(point ->
                        String.valueOf(
                                OutputsDecider.publishes(
                                        new OutputsDecider.Standing(
                                                switch (point.<Standing>get("standing")) {
                                                    case NOTHING -> null;
                                                    case THE_SAME -> "h";
                                                    case SOMETHING_ELSE -> "g";
                                                },
                                                point.get("generation"),
                                                point.get("ready")),
                                        new OutputsDecider.Rendered(Map.of(), "h"),
                                        8)));
    }
}
