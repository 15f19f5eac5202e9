package io.leasehold.state.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.ReplayItemState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose turn it is. Letters are written as owner and state, in the order of their turns. */
class StepDeciderTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "the first is the representative,     true,  0, 9, 'a.WAITING b.WAITING',            next 1",
        "it is waited for when it was sent,   true,  0, 9, 'a.SENT b.WAITING',               wait 1 alone",
        "and while its runs are at work,      true,  0, 9, 'a.AT_WORK b.WAITING',            wait 1 alone",
        "the others go when it went well,     true,  0, 9, 'a.DONE b.WAITING c.WAITING',     next 2",
        "and do not when it failed,           true,  0, 9, 'a.FAILED b.WAITING',             stop 1",
        "one that was superseded proves none, true,  0, 9, 'a.SUPERSEDED b.WAITING',         next 2",
        "neither does one that was refused,   true,  0, 9, 'a.REFUSED b.NOTHING c.WAITING',  next 3",
        "after a stop another one is it,      true,  1, 9, 'a.FAILED b.WAITING c.WAITING',   next 2",
        "and what went well before is not,    true,  1, 9, 'a.DONE b.AT_WORK c.WAITING',     wait 2 alone",
        "and stops it again,                  true,  1, 9, 'a.FAILED b.FAILED c.WAITING',    stop 2",
        "later ones may fail,                 true,  0, 9, 'a.DONE b.FAILED c.WAITING',      next 3",
        "without one all go,                  false, 0, 9, 'a.SENT b.WAITING',               next 2",
        "a failed one stops nobody then,      false, 0, 9, 'a.FAILED b.WAITING',             next 2",
        "the next of a tenant waits,          false, 0, 9, 'a.SENT a.WAITING',               wait 1",
        "and lets others pass,                false, 0, 9, 'a.SENT a.WAITING b.WAITING',     next 3",
        "until the one before is judged,      false, 0, 9, 'a.AT_WORK a.WAITING b.WAITING',  next 2",
        "no more tenants than may,            false, 0, 1, 'a.AT_WORK b.WAITING',            wait 1",
        "a tenant at work is no further one,  false, 0, 1, 'a.AT_WORK b.WAITING a.WAITING',  next 3",
        "room is made by an end,              false, 0, 1, 'a.DONE b.WAITING',               next 2",
        "the last are waited for,             true,  0, 9, 'a.DONE b.SENT',                  wait 2",
        "all is done,                         true,  0, 9, 'a.DONE b.FAILED c.REFUSED',      finish",
        "nothing was there,                   true,  0, 9, '',                               finish",
    })
    void isDecidedByWhatBecameOfTheOthers(
            String situation,
            boolean representative,
            int tried,
            int most,
            String letters,
            String expected) {
        List<StepDecider.Item> items = new ArrayList<>();
        for (String each : letters.isEmpty() ? new String[0] : letters.split(" ")) {
            String[] parts = each.split("\\.");
            items.add(
                    new StepDecider.Item(
                            items.size() + 1, parts[0], ReplayItemState.valueOf(parts[1])));
        }

        StepDecider.Step step =
                StepDecider.decide(new StepDecider.Manner(representative, tried, most), items);

        assertThat(words(step)).as(situation).isEqualTo(expected);
    }

    private static String words(StepDecider.Step step) {
        return switch (step) {
            case StepDecider.Step.Next(int position) -> "next " + position;
            case StepDecider.Step.Wait(int position, boolean alone) ->
                    "wait " + position + (alone ? " alone" : "");
            case StepDecider.Step.Stop(int position) -> "stop " + position;
            case StepDecider.Step.Finish() -> "finish";
        };
    }
}
