package io.leasehold.state.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The real deciders in a world where everything goes wrong. {@code docs/contributing.md} names the
 * command for more seeds.
 */
class LedgerSimulationTest {
    private static final long FROM = Long.getLong("leasehold.simulation.from", 1);
    private static final long SEEDS = Long.getLong("leasehold.simulation.seeds", 200);
    private static final int MOST_FAILURES = 3;

    @Test
    void whateverHappensTheInvariantsHold() {
        List<String> failures = new ArrayList<>();
        for (long seed = FROM; seed < FROM + SEEDS && failures.size() < MOST_FAILURES; seed++) {
            long now = seed;
            Simulation.explore(seed, null).ifPresent(failure -> failures.add(told(now, failure)));
        }
        assertThat(failures).as(String.join("\n\n", failures)).isEmpty();
    }

    /**
     * What the simulation is worth: each defect is found, and the same seeds are fine without it.
     */
    @ParameterizedTest
    @EnumSource(
            value = Defect.class,
            names = {"PUBLISHER_IS_NOT_FENCED", "LEASES_BY_THE_CLOCK", "OLD_STATE_COUNTS"},
            mode = EnumSource.Mode.EXCLUDE)
    void aLedgerWithADefectIsFoundOut(Defect defect) {
        for (long seed = 1; seed <= 200; seed++) {
            Optional<Simulation.Failure> failure = Simulation.explore(seed, defect);
            if (failure.isPresent()) {
                assertThat(Simulation.play(Trace.read(Trace.text(failure.get().trace())), defect))
                        .isPresent();
                return;
            }
        }
        fail("two hundred seeds do not find " + defect);
    }

    /** It takes too much to come about by chance. */
    @Test
    void aPublisherThatSleptCannotSendAnOldValueLast() {
        List<Action> trace =
                Trace.read(
                        """
                        Publish tenant=0 incarnation=1 generation=1 wish=ACTIVE size=2 version=1
                        Deliver partition=0 fault=NONE
                        Register worker=0 fault=NONE
                        Claim worker=0 fault=NONE
                        Enter worker=0 fault=NONE
                        Enter worker=0 fault=NONE
                        Change worker=0
                        Write worker=0 fault=NONE
                        End worker=0 ending=SUCCESS fault=NONE
                        Drain publisher=0 step=ACQUIRE fault=NONE
                        Drain publisher=0 step=FETCH fault=NONE
                        Pass millis=12000 beating=true
                        Publish tenant=0 incarnation=1 generation=2 wish=ACTIVE size=2 version=1
                        Deliver partition=0 fault=NONE
                        Drain publisher=1 step=ACQUIRE fault=NONE
                        Drain publisher=1 step=FETCH fault=NONE
                        Drain publisher=1 step=SEND fault=NONE
                        Drain publisher=1 step=FORGET fault=NONE
                        Drain publisher=0 step=SEND fault=NONE
                        """);

        assertThat(Simulation.play(trace, null)).isEmpty();
        assertThat(Simulation.play(trace, Defect.PUBLISHER_IS_NOT_FENCED))
                .hasValueSatisfying(
                        broken -> assertThat(broken).contains("the topic says host-1 of 1"));
    }

    @Test
    void aClockThatIsSetBackAndForthBetweenTwoPulsesTakesNoLease() {
        List<Action> trace =
                Trace.read(
                        """
                        Publish tenant=0 incarnation=1 generation=1 wish=ACTIVE size=2 version=1
                        Deliver partition=0 fault=NONE
                        Register worker=0 fault=NONE
                        Claim worker=0 fault=NONE
                        Jump millis=-600000
                        Enter worker=0 fault=NONE
                        Enter worker=0 fault=NONE
                        Jump millis=600000
                        Pass millis=40000 beating=true
                        """);

        assertThat(Simulation.play(trace, null)).isEmpty();
        assertThat(Simulation.play(trace, Defect.LEASES_BY_THE_CLOCK))
                .hasValueSatisfying(broken -> assertThat(broken).contains("doors open"));
    }

    @Test
    void aDatabaseThatWasPutBackDoesNotTakeAnOldStateForTheOneThatARunStored() {
        List<Action> trace =
                Trace.read(
                        """
                        Publish tenant=0 incarnation=1 generation=1 wish=ACTIVE size=2 version=1
                        Deliver partition=0 fault=NONE
                        Register worker=0 fault=NONE
                        Claim worker=0 fault=NONE
                        Enter worker=0 fault=NONE
                        Enter worker=0 fault=NONE
                        Pass millis=2000 beating=true
                        Change worker=0
                        Write worker=0 fault=NONE
                        PutBack millis=1000
                        End worker=0 ending=SUCCESS fault=NONE
                        """);

        assertThat(Simulation.play(trace, null)).isEmpty();
        assertThat(Simulation.play(trace, Defect.OLD_STATE_COUNTS))
                .hasValueSatisfying(
                        broken -> assertThat(broken).contains("the state of something else"));
    }

    @Test
    void aTraceCanBeReadAsItIsPrinted() {
        String text =
                """
                Publish tenant=0 incarnation=1 generation=3 wish=ACTIVE size=2 version=1
                Deliver partition=0 fault=AFTER
                Pass millis=2000 beating=true
                Replay tenant=0 incarnation=1 stack=a\
                """;

        assertThat(Trace.text(Trace.read(text))).isEqualTo(text);
    }

    private static String told(long seed, Simulation.Failure failure) {
        return "seed %d: %s%nafter%n%s"
                .formatted(seed, failure.what(), Trace.text(failure.trace()));
    }
}
