package io.leasehold.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Disposition;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VerdictsDeciderTest {
    private static final Wish DELETE = new Wish("acme", 1, 3, 0);
    private static final Marks OF_ANOTHER_STATE = new Marks(2, "aa3", "i9");

    @Test
    void nothingIsFoundWhereNothingIsWrong() {
        assertThat(VerdictsDecider.decide(new History().observed())).isEmpty();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("wrongs")
    void whatIsWrongIsCounted(Count count, String what, Consumer<History> wrong) {
        History history = new History();

        wrong.accept(history);

        assertThat(history.counts()).as(what).contains(count);
        assertThat(VerdictsDecider.decide(history.observed()))
                .allSatisfy(finding -> assertThat(finding.whom()).startsWith("acme/1"));
    }

    static Stream<Arguments> wrongs() {
        return Stream.of(
                wrong(
                        Count.EVENTS_LOST,
                        "an acknowledged event the ledger never saw",
                        h -> h.sent(new Wish("acme", 1, 2, 2), null)),
                wrong(
                        Count.EVENTS_LOST,
                        "an event that waits for ever",
                        h -> h.sent(new Wish("acme", 1, 2, 2), Disposition.PENDING)),
                wrong(
                        Count.EVENTS_LOST,
                        "an event whose run failed",
                        h -> h.sent(new Wish("acme", 1, 2, 2), Disposition.FAILED)),
                wrong(Count.STATES_LOST, "no state", h -> h.states.clear()),
                wrong(
                        Count.STATES_LOST,
                        "a state older than what stands",
                        h -> h.states.put(History.LIFE, History.MADE)),
                wrong(
                        Count.STATES_LOST,
                        "a role that a state knows is gone",
                        h ->
                                h.standing.put(
                                        History.LIFE,
                                        new TenantsServer.Standing(History.CHANGED, null))),
                wrong(
                        Count.STATES_LOST,
                        "made anew though a state was known",
                        h -> {
                            h.apply(OF_ANOTHER_STATE);
                            h.rests(OF_ANOTHER_STATE);
                            h.outputs(2, OF_ANOTHER_STATE);
                        }),
                wrong(
                        Count.STATES_LOST,
                        "deleted, and a role is left",
                        h -> {
                            h.sent(DELETE, Disposition.APPLIED);
                            h.outputs.clear();
                            h.states.clear();
                        }),
                wrong(
                        Count.APPLIES_OVERLAPPED,
                        "an apply writes after the next one began",
                        h -> {
                            h.write(Write.Kind.MARKED, false, new Marks(2, "aa3", "i0"));
                            h.write(Write.Kind.MARKED, false, new Marks(2, "aa4", "i0"));
                            h.write(Write.Kind.MARKED, true, new Marks(2, "aa3", "i0"));
                        }),
                wrong(
                        Count.OLD_APPLIES,
                        "an older generation is applied after a newer one",
                        h -> h.apply(new Marks(1, "aa3", "i0"))),
                wrong(Count.LOCKS_LEFT, "a lock", h -> h.locks.add("acme/1/role by LEASE runner")),
                wrong(
                        Count.RUNS_WITHOUT_END,
                        "a run that only began",
                        h ->
                                h.runs.add(
                                        new Observed.Ran(
                                                "r2",
                                                History.LIFE,
                                                "runner",
                                                History.BEGIN,
                                                null))),
                wrong(Count.WRONG_OUTPUTS, "no outputs", h -> h.outputs.clear()),
                wrong(
                        Count.WRONG_OUTPUTS,
                        "outputs of an older generation",
                        h -> h.outputs(1, History.MADE)),
                wrong(
                        Count.WRONG_OUTPUTS,
                        "outputs that are not ready",
                        h ->
                                h.outputs.put(
                                        History.LIFE,
                                        new Observed.Outputs(
                                                History.LIFE, 2, false, History.CHANGED))),
                wrong(
                        Count.WRONG_OUTPUTS,
                        "outputs of what does not stand there",
                        h -> h.outputs(2, new Marks(2, "aa9", "i0"))),
                wrong(
                        Count.WRONG_OUTPUTS,
                        "outputs of one that is gone",
                        h -> {
                            h.sent(DELETE, Disposition.APPLIED);
                            h.standing.clear();
                        }),
                wrong(Count.UNSEEN, "a witness that saw nothing", h -> h.writes.clear()),
                wrong(
                        Count.NOT_SETTLED,
                        "one that waits",
                        h -> h.unsettled.put(History.LIFE, "is WAITING")),
                wrong(
                        Count.LEFT_FOR_PEOPLE,
                        "a dead letter",
                        h ->
                                h.left.add(
                                        new Observed.Left(
                                                "acme/1/role", "a dead letter: POISON"))));
    }

    private static Arguments wrong(Count count, String what, Consumer<History> wrong) {
        return Arguments.of(count, what, wrong);
    }

    @Test
    void anApplyThatWasKilledHalfwayAndIsTriedAgainIsNoOverlap() {
        History history = new History();
        Marks again = new Marks(2, "aa4", "i0");
        history.write(Write.Kind.MARKED, false, new Marks(2, "aa3", "i0"));
        history.apply(again);
        history.rests(again);
        history.outputs(2, again);

        assertThat(VerdictsDecider.decide(history.observed())).isEmpty();
    }

    @Test
    void anIdentityThatNoOutputsHadYetMayBeAnotherOneAfterAKill() {
        History history = new History();
        history.writes.addFirst(
                new Write(
                        History.BEGIN.minusSeconds(1),
                        "16",
                        History.LIFE,
                        Write.Kind.MARKED,
                        false,
                        new Marks(1, "aa0", "i5")));

        assertThat(VerdictsDecider.decide(history.observed())).isEmpty();
    }

    @Test
    void aDestroyMayFirstApplyWhatWasAppliedLast() {
        History history = new History();
        history.sent(DELETE, Disposition.APPLIED);
        history.apply(new Marks(1, "aa3", "i0"));
        history.write(Write.Kind.DROPPED, true, null);
        history.write(Write.Kind.DROPPED, false, null);
        history.standing.clear();
        history.states.clear();
        history.outputs.clear();

        assertThat(VerdictsDecider.decide(history.observed())).isEmpty();
    }
}
