package io.leasehold.state.deadletter;

import io.leasehold.state.DecisionTable;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a replay of every letter does. */
class ReplayTableTest {
    private static final List<String> STATUS =
            List.of("OPEN", "REPLAYED", "SUPERSEDED", "DISCARDED");

    @Test
    void ofRefusedEvents() {
        DecisionTable.of(
                        """
                        status  replays  kept   edited  wrong  movedOn  | then
                        OPEN    3|4      *      *       *      *        | Refused
                        OPEN    *        false  false   *      *        | Refused
                        OPEN    *        *      *       true   *        | Refused
                        OPEN    *        *      *       false  true     | CloseSuperseded
                        OPEN    *        *      *       false  false    | SendAgain
                        *       *        *      *       *      *        | Nothing
                        """)
                .axis("status", STATUS)
                .axis("replays", 0, 1, 2, 3, 4)
                .yesOrNo("kept")
                .yesOrNo("edited")
                .yesOrNo("wrong")
                .yesOrNo("movedOn")
                .holds(point ->
                        name(
                                new ReplayDecider.Letter.Event(
                                        point.get("status"),
                                        point.get("replays"),
                                        point.get("kept"),
                                        point.get("edited"),
                                        point.<Boolean>get("wrong") ? "why" : null,
                                        point.get("movedOn"))));
    }

    @Test
    void ofFailedRuns() {
        DecisionTable.of(
                        """
                        status  replays  wanted  failed  running  | then
                        OPEN    3|4      *       *       *        | Refused
                        OPEN    *        false   *       *        | CloseSuperseded
                        OPEN    *        true    *       true     | Nothing
                        OPEN    *        true    true    false    | NewAttempt
                        OPEN    *        true    false   false    | Nothing
                        *       *        *       *       *        | Nothing
                        """)
                .axis("status", STATUS)
                .axis("replays", 0, 1, 2, 3, 4)
                .yesOrNo("wanted")
                .yesOrNo("failed")
                .yesOrNo("running")
                .holds(point ->
                        name(
                                new ReplayDecider.Letter.Run(
                                        point.get("status"),
                                        point.get("replays"),
                                        point.get("wanted"),
                                        point.get("failed"),
                                        point.get("running"))));
    }

    private static String name(ReplayDecider.Letter letter) {
        return ReplayDecider.decide(letter).getClass().getSimpleName();
    }
}
