package io.leasehold.state.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
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
                                        false,
                                        false,
                                        bytesKept,
                                        edited,
                                        problem,
                                        situation.startsWith("#24"),
                                        false)))
                .as(situation)
                .extracting(plan -> plan.getClass().getSimpleName())
                .isEqualTo(expected);
    }

    @Test
    void whatWasDoneIsSaidInOtherWordsThanWhatWouldBe() {
        List<ReplayDecider.Letter> letters =
                List.of(event(1, false), event(0, true), run(true), run(false));

        assertThat(letters.stream().map(ReplayDecider::decide).toList())
                .allSatisfy(plan -> assertThat(plan.what()).containsIgnoringCase("would "))
                .extracting(ReplayDeciderTest::done)
                .allSatisfy(done -> assertThat(done).doesNotContainIgnoringCase("would"))
                .anySatisfy(done ->
                        assertThat(done)
                                .startsWith("Sent the original bytes")
                                .contains("replay 2 of at most 3"))
                .anySatisfy(done -> assertThat(done).contains("nothing was sent"))
                .anySatisfy(done -> assertThat(done).contains("has a new attempt"))
                .anySatisfy(done -> assertThat(done).contains("nothing was started"));
    }

    private static ReplayDecider.Letter event(int replays, boolean movedOn) {
        return new ReplayDecider.Letter.Event(
                "OPEN", replays, false, false, true, false, null, movedOn, false);
    }

    private static ReplayDecider.Letter run(boolean wanted) {
        return new ReplayDecider.Letter.Run("OPEN", 0, false, false, wanted, wanted, false, false);
    }

    @Test
    void eachGuardSaysWhoItIsAndWhatToDo() {
        assertThat(
                        List.of(
                                refusal(
                                        new ReplayDecider.Letter.Event(
                                                "OPEN", 3, false, false, true, false, null, false,
                                                false)),
                                refusal(
                                        new ReplayDecider.Letter.Event(
                                                "OPEN", 0, false, false, true, false, null, false,
                                                true)),
                                refusal(
                                        new ReplayDecider.Letter.Run(
                                                "OPEN", 1, true, false, true, true, false, false)),
                                refusal(
                                        new ReplayDecider.Letter.Run(
                                                "OPEN", 1, false, true, true, true, false, true))))
                .extracting(ReplayDecider.Plan.Refused::code)
                .containsExactly("REPLAY_LOOP", "REPLAY_DELETES", "SAME_FAILURE", "BREAKER_OPEN");
    }

    private static ReplayDecider.Plan.Refused refusal(ReplayDecider.Letter letter) {
        return (ReplayDecider.Plan.Refused) ReplayDecider.decide(letter);
    }

    private static String done(ReplayDecider.Plan plan) {
        return switch (plan) {
            case ReplayDecider.Plan.SendAgain(_, String done) -> done;
            case ReplayDecider.Plan.NewAttempt(_, String done) -> done;
            case ReplayDecider.Plan.CloseSuperseded(_, String done) -> done;
            case ReplayDecider.Plan.Nothing nothing -> throw new AssertionError(nothing);
            case ReplayDecider.Plan.Refused refused -> throw new AssertionError(refused);
        };
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
                                        status, replays, false, false, wanted, failed, running,
                                        false)))
                .as(situation)
                .extracting(plan -> plan.getClass().getSimpleName())
                .isEqualTo(expected);
    }
}
