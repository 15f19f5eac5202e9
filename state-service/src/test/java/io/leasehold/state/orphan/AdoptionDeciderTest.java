package io.leasehold.state.orphan;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateVersionView;
import io.leasehold.state.orphan.AdoptionDecider.Verdict;
import io.leasehold.state.tfstate.StackHold;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdoptionDeciderTest {

    @ParameterizedTest(
            name =
                    "orphan {0} serial {1} lineage {2} md5 {3} upon {4}, current {5} serial {6}: {7}")
    @CsvSource(
            nullValues = "-",
            value = {
                // What its run knew is still what there is.
                "6, 8, lin,   aa, 5, 5, 7, adopt",
                "6, 7, lin,   aa, 5, 5, 7, adopt",
                "6, 6, lin,   aa, 5, 5, 7, SERIAL_BEHIND",
                "6, 8, other, aa, 5, 5, 7, LINEAGE_MISMATCH",
                // Somebody else wrote since, before the orphan came or after it.
                "6, 8, lin,   aa, 4, 5, 7, STATE_MOVED_ON",
                "6, 9, lin,   aa, 5, 7, 7, STATE_MOVED_ON",
                // There is nothing to take over.
                "6, 7, lin,   bb, 5, 5, 7, same",
                "6, 7, lin,   bb, 4, 5, 7, same",
                // Its run is not known: only what is newer in both ways.
                "6, 8, lin,   aa, -, 5, 7, adopt",
                "6, 7, lin,   aa, -, 5, 7, STATE_MOVED_ON",
                "6, 8, lin,   aa, -, 7, 7, STATE_MOVED_ON",
                // Nothing is served.
                "6, 8, lin,   aa, 5, -, 0, adopt"
            })
    void comesOnTopOnlyOfWhatItsRunKnew(
            long orphan,
            long serial,
            String lineage,
            String md5,
            @Nullable Long base,
            @Nullable Long current,
            long currentSerial,
            String expected) {
        StateVersionView served =
                current == null ? null : version(current, "RUN", "lin", currentSerial, "bb");

        assertThat(
                        words(
                                AdoptionDecider.decide(
                                        hold(null, null),
                                        version(orphan, "ORPHAN", lineage, serial, md5),
                                        served,
                                        base)))
                .isEqualTo(expected);
    }

    @Test
    void waitsWhileSomebodyHoldsTheStack() {
        StateVersionView orphan = version(6, "ORPHAN", "lin", 8, "aa");
        StateVersionView current = version(5, "RUN", "lin", 7, "bb");

        assertThat(words(AdoptionDecider.decide(hold("l", null), orphan, current, 5L)))
                .isEqualTo("LOCKED");
        assertThat(words(AdoptionDecider.decide(hold(null, "p"), orphan, current, 5L)))
                .isEqualTo("LOCKED");
    }

    private static String words(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Adopt _ -> "adopt";
            case Verdict.Same _ -> "same";
            case Verdict.Refuse refuse -> refuse.why().code();
        };
    }

    private static StackHold hold(@Nullable String lease, @Nullable String lock) {
        return new StackHold(true, lease, "run", "worker", "since", lock, "{}", "me", "then");
    }

    private static StateVersionView version(
            long version, String kind, String lineage, long serial, String md5) {
        return new StateVersionView(
                new StackRef("acme", 1, "database"),
                version,
                lineage,
                serial,
                md5,
                10,
                kind,
                null,
                "me",
                "then",
                null,
                null,
                null,
                null,
                null);
    }
}
