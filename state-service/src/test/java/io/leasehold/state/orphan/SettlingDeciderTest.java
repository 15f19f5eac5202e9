package io.leasehold.state.orphan;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateVersionView;
import io.leasehold.state.orphan.SettlingDecider.Verdict;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettlingDeciderTest {
    private static final StateVersionView CURRENT = version(5, "RUN", "lin", 7, "bb", 10);

    @ParameterizedTest(name = "serial {0} lineage {1} md5 {2} of {3} bytes upon {4}: {5}")
    @CsvSource(
            nullValues = "-",
            value = {
                // It goes on from what is served.
                "8, lin,   aa, 10, 5, adopt",
                "9, lin,   aa, 10, 5, adopt",
                // The order of equal serials is not known.
                "7, lin,   aa, 10, 5, compare",
                "6, lin,   aa, 10, 5, compare",
                // Another line of states, somebody wrote since, or nobody knows.
                "8, other, aa, 10, 5, compare",
                "8, lin,   aa, 10, 4, compare",
                "8, lin,   aa, 10, -, compare",
                // What is served is the very same, whoever wrote it.
                "7, lin,   bb, 10, 4, dismiss",
                "7, lin,   bb, 10, -, dismiss",
                "7, lin,   bb, 11, 4, compare",
                "8, lin,   bb, 10, 4, compare",
                "7, other, bb, 10, 4, compare"
            })
    void isAdoptedOnlyUponWhatItsRunKnew(
            long serial,
            String lineage,
            String md5,
            long bytes,
            @Nullable Long base,
            String expected) {
        StateVersionView orphan = version(6, "ORPHAN", lineage, serial, md5, bytes);

        assertThat(
                        words(
                                SettlingDecider.decide(
                                        new Circumstances(
                                                orphan, CURRENT, true, false, false, base, null,
                                                null, null))))
                .isEqualTo(expected);
    }

    @Test
    void isAdoptedOnlyToAStackThatIsManagedAndStands() {
        assertThat(words(decided(false, false, false, null, null, null))).isEqualTo("compare");
        assertThat(words(decided(true, true, false, null, null, null))).isEqualTo("compare");
        assertThat(words(decided(true, false, false, null, null, null))).isEqualTo("adopt");
    }

    @Test
    void waitsWhileItsStackIsHeld() {
        assertThat(words(decided(true, false, true, null, null, null))).isEqualTo("stay WAITING");
    }

    @Test
    void isNotAdoptedWhereAnotherRunMayHaveMadeThingsToo() {
        assertThat(words(decided(true, false, false, null, 7L, null)))
                .isEqualTo("compare orphan 7 is of another run and is open too");
        assertThat(words(decided(true, false, false, null, null, "r2")))
                .isEqualTo("compare run r2 came after and was not seen to its end either");
        assertThat(words(decided(true, false, true, null, null, "r2"))).startsWith("compare run");
    }

    @Test
    void isOfNoUseOnceItsRunHasWrittenSomethingLater() {
        assertThat(words(decided(true, false, true, 8L, null, "r2"))).isEqualTo("dismiss");
    }

    @Test
    void isComparedWhereNothingIsServed() {
        StateVersionView orphan = version(6, "ORPHAN", "lin", 8, "aa", 10);

        assertThat(
                        words(
                                SettlingDecider.decide(
                                        new Circumstances(
                                                orphan, null, true, false, false, 5L, null, null,
                                                null))))
                .isEqualTo("compare");
    }

    private static Verdict decided(
            boolean managed,
            boolean destroyed,
            boolean held,
            @Nullable Long later,
            @Nullable Long rival,
            @Nullable String lostRun) {
        return SettlingDecider.decide(
                new Circumstances(
                        version(6, "ORPHAN", "lin", 8, "aa", 10),
                        CURRENT,
                        managed,
                        destroyed,
                        held,
                        5L,
                        later,
                        rival,
                        lostRun));
    }

    private static String words(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Dismiss _ -> "dismiss";
            case Verdict.Adopt _ -> "adopt";
            case Verdict.Compare(String why) -> why == null ? "compare" : "compare " + why;
            case Verdict.Stay(Finding finding) -> "stay " + finding.code();
        };
    }

    private static StateVersionView version(
            long version, String kind, String lineage, long serial, String md5, long bytes) {
        return new StateVersionView(
                new StackRef("acme", 1, "database"),
                version,
                lineage,
                serial,
                md5,
                bytes,
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
