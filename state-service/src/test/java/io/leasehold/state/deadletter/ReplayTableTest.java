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
                        status  replays  again  forced  kept   edited  wrong  movedOn  deletes  | then
                        OPEN    3        *      false   *      *       *      *        *        | Refused
                        OPEN    *        *      *       false  false   *      *        *        | Refused
                        OPEN    *        *      *       *      *       true   *        *        | Refused
                        OPEN    *        *      *       *      *       false  true     *        | CloseSuperseded
                        OPEN    *        *      false   *      *       false  false    true     | Refused
                        OPEN    *        true   false   *      false   false  false    *        | Refused
                        OPEN    *        *      *       *      *       false  false    *        | SendAgain
                        *       *        *      *       *      *       *      *        *        | Nothing
                        """)
                .axis("status", STATUS)
                .axis("replays", 0, 2, 3)
                .yesOrNo("again")
                .yesOrNo("forced")
                .yesOrNo("kept")
                .yesOrNo("edited")
                .yesOrNo("wrong")
                .yesOrNo("movedOn")
                .yesOrNo("deletes")
                .holds(point ->
                        name(
                                new ReplayDecider.Letter.Event(
                                        point.get("status"),
                                        point.get("replays"),
                                        point.get("again"),
                                        point.get("forced"),
                                        point.get("kept"),
                                        point.get("edited"),
                                        point.<Boolean>get("wrong") ? "why" : null,
                                        point.get("movedOn"),
                                        point.get("deletes"))));
    }

    @Test
    void ofFailedRuns() {
        DecisionTable.of(
                        """
                        status  replays  again  forced  wanted  failed  running  broken  | then
                        OPEN    3|4      *      false   *       *       *        *       | Refused
                        OPEN    *        *      *       false   *       *        *       | CloseSuperseded
                        OPEN    *        *      *       true    *       true     *       | Nothing
                        OPEN    *        *      *       true    false   false    *       | Nothing
                        OPEN    *        *      *       true    true    false    true    | Refused
                        OPEN    *        true   false   true    true    false    false   | Refused
                        OPEN    *        *      *       true    true    false    false   | NewAttempt
                        *       *        *      *       *       *       *        *       | Nothing
                        """)
                .axis("status", STATUS)
                .axis("replays", 0, 1, 2, 3, 4)
                .yesOrNo("again")
                .yesOrNo("forced")
                .yesOrNo("wanted")
                .yesOrNo("failed")
                .yesOrNo("running")
                .yesOrNo("broken")
                .holds(point ->
                        name(
                                new ReplayDecider.Letter.Run(
                                        point.get("status"),
                                        point.get("replays"),
                                        point.get("again"),
                                        point.get("forced"),
                                        point.get("wanted"),
                                        point.get("failed"),
                                        point.get("running"),
                                        point.get("broken"))));
    }

    private static String name(ReplayDecider.Letter letter) {
        return ReplayDecider.decide(letter).getClass().getSimpleName();
    }
}
