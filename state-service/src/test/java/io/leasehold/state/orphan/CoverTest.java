package io.leasehold.state.orphan;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.version.Holdings;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CoverTest {
    private static final boolean COUNTS = true;

    @Test
    void oneThatOwnsNothingIsSaidTo() {
        assertThat(takenOver(new Cover(owns(Map.of())))).contains("owns nothing", "dismiss");
    }

    @Test
    void whatOneVersionHasInTheSameWayIsNotLost() {
        Cover cover = new Cover(owns(Map.of("a.x", "1", "a.y", "2")));

        cover.see(9, COUNTS, owns(Map.of("a.x", "1", "a.y", "2", "a.z", "3")));

        assertThat(cover.complete()).isTrue();
        assertThat(takenOver(cover))
                .contains("version 9 has all that it owns", "bindings did not move", "dismiss");
    }

    @Test
    void whatAnOlderVersionHadIsNotLostEither() {
        Cover cover = new Cover(owns(Map.of("a.x", "1", "a.y", "2")));
        cover.see(9, COUNTS, owns(Map.of("a.x", "1")));
        assertThat(cover.complete()).isFalse();

        cover.see(8, COUNTS, owns(Map.of("a.y", "2")));

        assertThat(takenOver(cover)).contains("versions 8 and 9 have all that it owns");
    }

    @Test
    void whatNoVersionHasIsNamed() {
        Cover cover = new Cover(owns(Map.of("a.x", "1", "a.y", "2")));

        cover.see(9, COUNTS, owns(Map.of("a.x", "1")));

        assertThat(stays(cover).code()).isEqualTo("OWNS_MORE");
        assertThat(stays(cover).what()).contains("a.y").doesNotContain("a.x");
    }

    @Test
    void whatIsTakenOverAndCouldComeOnTopIsSaidToo() {
        Cover cover = new Cover(owns(Map.of("a.x", "1")));
        cover.see(9, COUNTS, owns(Map.of("a.x", "1")));

        assertThat(stays(cover, "run r2 came after").what())
                .contains("version 9 has all", "It could come on top, but run r2 came after");
    }

    @Test
    void onlyTheNewestThatIsSeenHasSomethingElse() {
        Cover cover = new Cover(owns(Map.of("a.x", "1")));
        cover.see(9, COUNTS, owns(Map.of("a.y", "2")));

        cover.see(8, COUNTS, owns(Map.of("a.x", "other")));

        assertThat(stays(cover).code()).isEqualTo("OWNS_MORE");
    }

    @Test
    void twoThingsAtOneAddressAreTwo() {
        Cover cover = new Cover(owns(Map.of("a.x", "1")));

        cover.see(9, COUNTS, owns(Map.of("a.x", "other")));

        assertThat(stays(cover).code()).isEqualTo("TWO_OBJECTS");
        assertThat(stays(cover).what())
                .contains("version 9 has something else at a.x", "states diff");
    }

    @Test
    void oneThingAtAnotherAddressIsNotTakenForIt() {
        Cover cover = new Cover(owns(Map.of("a.x", "1")));

        cover.see(9, COUNTS, owns(Map.of("a.y", "1")));

        assertThat(stays(cover).code()).isEqualTo("OWNS_MORE");
    }

    @Test
    void aVersionOfOtherInputsProvesNothing() {
        Cover cover = new Cover(owns(Map.of("a.x", "1")));

        cover.see(9, !COUNTS, owns(Map.of("a.x", "1")));

        assertThat(stays(cover).code()).isEqualTo("OTHER_INPUTS");
        assertThat(stays(cover).what()).contains("a.x");
    }

    @Test
    void whatNothingTellsFromOthersIsNotProven() {
        Cover cover = new Cover(new Holdings(true, Map.of("a.x", "1"), Set.of("a.y")));

        cover.see(9, COUNTS, new Holdings(true, Map.of("a.x", "1"), Set.of("a.y")));

        assertThat(stays(cover).code()).isEqualTo("NO_IDENTITY");
        assertThat(stays(cover).what()).contains("a.y").doesNotContain("a.x");
    }

    @Test
    void whatTofuEncryptedIsNotProvenInEither() {
        Holdings encrypted = new Holdings(false, Map.of(), Set.of());
        Cover cover = new Cover(owns(Map.of("a.x", "1")));
        cover.see(9, COUNTS, encrypted);

        assertThat(stays(cover).code()).isEqualTo("OWNS_MORE");
        assertThat(stays(new Cover(encrypted)).code()).isEqualTo("ENCRYPTED");
    }

    @Test
    void allReasonsAreSaidAndNotMoreThanFiveAddressesOfEach() {
        Cover cover =
                new Cover(
                        new Holdings(
                                true,
                                Map.of(
                                        "b.1", "1", "b.2", "2", "b.3", "3", "b.4", "4", "b.5", "5",
                                        "b.6", "6", "b.7", "7", "a.x", "8"),
                                Set.of("c.n")));
        cover.see(9, COUNTS, owns(Map.of("a.x", "other")));

        Finding finding = stays(cover, "orphan 7 is of another run and is open too");

        assertThat(finding.code()).isEqualTo("TWO_OBJECTS");
        assertThat(finding.what())
                .contains("a.x", "b.1, b.2, b.3, b.4, b.5 and 2 more", "c.n")
                .contains("It could come on top, but orphan 7", "states adopt");
    }

    @Test
    void aLongAddressIsCut() {
        Cover cover = new Cover(owns(Map.of("a.x[\"" + "k".repeat(5000) + "\"]", "1")));

        assertThat(stays(cover).what()).contains("a.x[\"kkk").hasSizeLessThan(500);
    }

    private static Holdings owns(Map<String, String> things) {
        return new Holdings(true, things, Set.of());
    }

    private static String takenOver(Cover cover) {
        Finding finding = stays(cover);
        return finding.code().equals("TAKEN_OVER") ? finding.what() : finding.code();
    }

    private static Finding stays(Cover cover) {
        return stays(cover, null);
    }

    private static Finding stays(Cover cover, @Nullable String notAdopted) {
        return cover.finding(notAdopted);
    }
}
