package io.leasehold.state.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayDeciderTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "refused by the ledger,          OPEN,       0, true,  false, ,     SendAgain",
        "#24 tenant moved on,            OPEN,       0, true,  true,  ,     CloseSuperseded",
        "original still wrong,           OPEN,       0, true,  false, why,  Refused",
        "corrected copy,                 OPEN,       0, true,  true,  ,     SendAgain",
        "corrected copy still wrong,     OPEN,       0, true,  true,  why,  Refused",
        "only the origin was kept,       OPEN,       0, false, false, ,     Refused",
        "origin kept and edited,         OPEN,       0, false, true,  ,     SendAgain",
        "came back twice,                OPEN,       2, true,  false, ,     SendAgain",
        "came back three times,          OPEN,       3, true,  false, ,     Refused",
        "replayed already,               REPLAYED,   1, true,  false, ,     Nothing",
        "superseded,                     SUPERSEDED, 0, true,  false, ,     Nothing",
        "discarded,                      DISCARDED,  0, true,  false, ,     Nothing",
    })
    void anEventIsSentAgainWhenThatCanHelp(
            String situation,
            String status,
            int replays,
            boolean bytesKept,
            boolean edited,
            String problem,
            String expected) {
        assertThat(
                        ReplayDecider.decide(
                                new ReplayDecider.Letter.Event(
                                        status,
                                        replays,
                                        bytesKept,
                                        edited,
                                        problem,
                                        situation.startsWith("#24"))))
                .as(situation)
                .extracting(plan -> plan.getClass().getSimpleName())
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "#24 generation moved on,        OPEN,     0, false, false, false, CloseSuperseded",
        "#24 moved on and at work,       OPEN,     0, false, false, true,  CloseSuperseded",
        "#25 same generation and failed, OPEN,     0, true,  true,  false, NewAttempt",
        "#26 applied meanwhile,          OPEN,     0, true,  false, false, Nothing",
        "its run is at work,             OPEN,     0, true,  true,  true,  Nothing",
        "failed after three replays,     OPEN,     3, true,  true,  false, Refused",
        "replayed already,               REPLAYED, 1, true,  true,  false, Nothing",
    })
    void aRunGetsANewAttemptWhileItIsWanted(
            String situation,
            String status,
            int replays,
            boolean wanted,
            boolean failed,
            boolean running,
            String expected) {
        assertThat(
                        ReplayDecider.decide(
                                new ReplayDecider.Letter.Run(
                                        status, replays, wanted, failed, running)))
                .as(situation)
                .extracting(plan -> plan.getClass().getSimpleName())
                .isEqualTo(expected);
    }
}
