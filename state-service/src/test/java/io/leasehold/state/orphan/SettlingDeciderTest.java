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
    private static final StateVersionView CURRENT = version(5, "RUN", "lin", 7, "bb", 10, null);
    private static final StateVersionView ORPHAN = orphan(8, "lin", "aa", 10);

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
            })
    void isAdoptedOnlyUponWhatItsRunKnew(
            long serial,
            String lineage,
            String md5,
            long bytes,
            @Nullable Long base,
            String expected) {
        assertThat(words(new Known(orphan(serial, lineage, md5, bytes), CURRENT).base(base)))
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} of its run {1}, serial {2} lineage {3} md5 {4}, {5} bytes: {6}")
    @CsvSource({
        // Of the same run, or a person says so.
        "RUN,      true,  7, lin,   bb, 10, dismiss",
        "ADOPTED,  true,  7, lin,   bb, 10, dismiss",
        "PERSON,   false, 7, lin,   bb, 10, dismiss",
        // Another run may have meant other things by the same bytes.
        "RUN,      false, 7, lin,   bb, 10, compare",
        "ADOPTED,  false, 7, lin,   bb, 10, compare",
        "ROLLBACK, false, 7, lin,   bb, 10, compare",
        "SEED,     false, 7, lin,   bb, 10, compare",
        // Not the very same.
        "PERSON,   false, 7, lin,   bb, 11, compare",
        "PERSON,   false, 8, lin,   bb, 10, compare",
        "PERSON,   false, 7, other, bb, 10, compare",
        "PERSON,   false, 7, lin,   aa, 10, compare"
    })
    void isOfNoUseWhereTheSameIsServedByItsRunOrAPerson(
            String kind,
            boolean own,
            long serial,
            String lineage,
            String md5,
            long bytes,
            String expected) {
        StateVersionView current = version(5, kind, "lin", 7, "bb", 10, null);

        assertThat(words(new Known(orphan(serial, lineage, md5, bytes), current).base(4L).own(own)))
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "upon the copy of {0}, of its run {1}: {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "3, true,  adopt",
                // Of another run, handed in later, or written while it had the right to.
                "3, false, compare",
                "7, true,  compare",
                "-, true,  compare"
            })
    void ofEqualSerialsComesOnTopWhatItsRunHandedInLater(
            @Nullable Long copyOf, boolean own, String expected) {
        StateVersionView current = version(5, "ADOPTED", "lin", 8, "bb", 10, copyOf);

        assertThat(words(new Known(ORPHAN, current).own(own))).isEqualTo(expected);
    }

    @Test
    void isAdoptedOnlyToAStackThatIsManagedAndStands() {
        assertThat(words(known().managed(false))).isEqualTo("compare");
        assertThat(words(known().destroyed(true))).isEqualTo("compare");
        assertThat(words(known())).isEqualTo("adopt");
    }

    @Test
    void waitsWhileItsStackIsHeld() {
        assertThat(words(known().held(true))).isEqualTo("stay WAITING");
    }

    @Test
    void isNotAdoptedWhereAnotherRunMayHaveMadeThingsToo() {
        assertThat(words(known().rival(7L)))
                .isEqualTo("compare orphan 7 is of another run and is open too");
        assertThat(words(known().lostRun("r2")))
                .isEqualTo("compare run r2 came after and was not seen to its end either");
        assertThat(words(known().lostRun("r2").held(true))).startsWith("compare run");
    }

    @Test
    void isNotAdoptedBeforeALaterOneOfItsRunAndNotDismissedForItWhileThatIsOpen() {
        assertThat(words(known().newer(7L)))
                .isEqualTo("compare orphan 7 is what the same run wrote later and is open too");
        assertThat(words(known().newer(7L).held(true))).startsWith("compare orphan 7");
    }

    @Test
    void isOfNoUseOnceItsRunHasWrittenSomethingLater() {
        assertThat(words(known().later(8L).held(true).lostRun("r2"))).isEqualTo("dismiss");
    }

    @Test
    void isComparedWhereNothingIsServed() {
        assertThat(words(new Known(ORPHAN, null))).isEqualTo("compare");
    }

    private static Known known() {
        return new Known(ORPHAN, CURRENT);
    }

    /** Circumstances of an orphan that would be adopted, but for what a test says. */
    private record Known(
            StateVersionView orphan,
            @Nullable StateVersionView current,
            boolean managed,
            boolean destroyed,
            boolean held,
            boolean own,
            @Nullable Long base,
            @Nullable Long later,
            @Nullable Long newer,
            @Nullable Long rival,
            @Nullable String lostRun) {

        Known(StateVersionView orphan, @Nullable StateVersionView current) {
            this(orphan, current, true, false, false, false, 5L, null, null, null, null);
        }

        Circumstances circumstances() {
            return new Circumstances(
                    managed, destroyed, held, own, base, later, newer, rival, lostRun);
        }

        Known managed(boolean it) {
            return new Known(
                    orphan, current, it, destroyed, held, own, base, later, newer, rival, lostRun);
        }

        Known destroyed(boolean it) {
            return new Known(
                    orphan, current, managed, it, held, own, base, later, newer, rival, lostRun);
        }

        Known held(boolean it) {
            return new Known(
                    orphan, current, managed, destroyed, it, own, base, later, newer, rival,
                    lostRun);
        }

        Known own(boolean it) {
            return new Known(
                    orphan, current, managed, destroyed, held, it, base, later, newer, rival,
                    lostRun);
        }

        Known base(@Nullable Long it) {
            return new Known(
                    orphan, current, managed, destroyed, held, own, it, later, newer, rival,
                    lostRun);
        }

        Known later(Long it) {
            return new Known(
                    orphan, current, managed, destroyed, held, own, base, it, newer, rival,
                    lostRun);
        }

        Known newer(Long it) {
            return new Known(
                    orphan, current, managed, destroyed, held, own, base, later, it, rival,
                    lostRun);
        }

        Known rival(Long it) {
            return new Known(
                    orphan, current, managed, destroyed, held, own, base, later, newer, it,
                    lostRun);
        }

        Known lostRun(String it) {
            return new Known(
                    orphan, current, managed, destroyed, held, own, base, later, newer, rival, it);
        }
    }

    private static String words(Known known) {
        return words(
                SettlingDecider.decide(known.orphan(), known.current(), known.circumstances()));
    }

    private static String words(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Dismiss _ -> "dismiss";
            case Verdict.Adopt _ -> "adopt";
            case Verdict.Compare(String why) -> why == null ? "compare" : "compare " + why;
            case Verdict.Stay(Finding finding) -> "stay " + finding.code();
        };
    }

    private static StateVersionView orphan(long serial, String lineage, String md5, long bytes) {
        return version(6, "ORPHAN", lineage, serial, md5, bytes, null);
    }

    private static StateVersionView version(
            long version,
            String kind,
            String lineage,
            long serial,
            String md5,
            long bytes,
            @Nullable Long copyOf) {
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
                copyOf,
                null,
                null,
                null);
    }
}
