package io.leasehold.state.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.leasehold.state.blueprint.BlueprintKey;
import io.leasehold.state.tenant.Change.Lifecycle;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rows of the table of verdicts, in their order. */
class VerdictDeciderTest {
    private static final String HASH = "h5";

    private final VerdictDecider decider = new VerdictDecider();

    private static Change change(long incarnation, long generation, String hash) {
        return new Change(
                "acme",
                incarnation,
                generation,
                Lifecycle.ACTIVE,
                hash,
                new BlueprintKey("starter", "1.0.0"),
                JsonNodeFactory.instance.objectNode());
    }

    private static Change delete(long incarnation, long generation) {
        return new Change(
                "acme",
                incarnation,
                generation,
                Lifecycle.DELETED,
                "gone",
                null,
                JsonNodeFactory.instance.objectNode());
    }

    private static Change withoutSpec() {
        return new Change(
                "acme", 1, 6, Lifecycle.ACTIVE, "x", null, JsonNodeFactory.instance.objectNode());
    }

    private static KnownLife life(int incarnation, long generation) {
        return new KnownLife(incarnation, generation, HASH, false, false, null, null);
    }

    private static KnownLife deleted(int incarnation, long generation, boolean destroyFailed) {
        return new KnownLife(incarnation, generation, "gone", true, destroyFailed, null, null);
    }

    private static KnownLife remembering(@Nullable String hashThen) {
        return new KnownLife(1, 5, HASH, false, false, hashThen, null);
    }

    private Verdict decide(Change change, KnownLife... lives) {
        return decider.decide(List.of(lives), change);
    }

    private static void refused(Verdict verdict, String code) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }

    private static void stale(Verdict verdict, @Nullable String alarm) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Stale.class, stale -> assertThat(stale.alarm()).isEqualTo(alarm));
    }

    private static void accepted(Verdict verdict, boolean newLife) {
        assertThat(verdict).isEqualTo(new Verdict.Accepted(newLife));
    }

    @Test
    void row01AChangeWithoutTheFullSpecIsRefused() {
        refused(decide(withoutSpec(), life(1, 5)), "SCHEMA_VIOLATION");
        refused(decide(withoutSpec()), "TENANT_UNKNOWN");
    }

    @Test
    void row02ADeleteOfATenantNeverSeenIsRecorded() {
        accepted(decide(delete(1, 5)), true);
    }

    @Test
    void row03ANewerLifeIsAcceptedWhateverBecameOfTheOlder() {
        accepted(decide(change(2, 1, "x"), life(1, 5)), true);
        accepted(decide(change(2, 1, "x"), deleted(1, 5, false)), true);
        accepted(decide(delete(2, 1), life(1, 5)), true);
        accepted(decide(change(1, 7, "x")), true);
    }

    @Test
    void row03ALifeFarAboveTheNewestIsAMistake() {
        accepted(decide(change(1001, 1, "x"), life(1, 5)), true);
        refused(decide(change(1002, 1, "x"), life(1, 5)), "INCARNATION_JUMP");
        refused(decide(change(1001, 1, "x")), "INCARNATION_JUMP");
        refused(decide(delete(5_000_000_000L, 1), life(1, 5)), "INCARNATION_JUMP");
    }

    @Test
    void row04AnOlderLifeNeverSeenOrNotDeletedIsStale() {
        stale(decide(delete(1, 9), life(2, 5)), "OLD_INCARNATION");
        stale(decide(change(1, 9, "x"), life(1, 5), life(2, 1)), "OLD_INCARNATION");
        stale(decide(change(1, 9, "x"), life(2, 1)), "OLD_INCARNATION");
    }

    @Test
    void row05ADeleteOfAnOlderLifeIsJudgedForThatLifeAlone() {
        accepted(decide(delete(1, 6), life(1, 5), life(2, 100)), false);
        stale(decide(delete(1, 4), life(1, 5), life(2, 1)), "STALE_DELETE");
        assertThat(decide(delete(1, 6), deleted(1, 5, false), life(2, 1)))
                .isInstanceOf(Verdict.Duplicate.class);
        accepted(decide(delete(1, 6), deleted(1, 5, true), life(2, 1)), false);
    }

    @Test
    void row06AFurtherDeleteIsADuplicateUnlessTheDestroyFailed() {
        assertThat(decide(delete(1, 5), deleted(1, 5, false)))
                .isInstanceOf(Verdict.Duplicate.class);
        assertThat(decide(delete(1, 9), deleted(1, 5, false)))
                .isInstanceOf(Verdict.Duplicate.class);
        assertThat(decide(delete(1, 5), deleted(1, 5, true))).isInstanceOf(Verdict.Duplicate.class);
        accepted(decide(delete(1, 6), deleted(1, 5, true)), false);
    }

    @Test
    void row07ADeletedLifeNeverComesBack() {
        refused(decide(change(1, 6, "x"), deleted(1, 5, false)), "INCARNATION_REQUIRED");
        stale(decide(change(1, 5, "x"), deleted(1, 5, false)), null);
        stale(decide(change(1, 4, "x"), deleted(1, 5, false)), null);
    }

    @Test
    void row08ADeleteAtOrAboveTheGenerationIsAccepted() {
        accepted(decide(delete(1, 5), life(1, 5)), false);
        accepted(decide(delete(1, 6), life(1, 5)), false);
        accepted(decide(delete(1, 9_000_000), life(1, 5)), false);
    }

    @Test
    void row09AnOlderDeleteIsNotExecuted() {
        stale(decide(delete(1, 4), life(1, 5)), "STALE_DELETE");
    }

    @Test
    void row10AGenerationFarAboveIsAMistake() {
        accepted(decide(change(1, 1_000_005, "x"), life(1, 5)), false);
        refused(decide(change(1, 1_000_006, "x"), life(1, 5)), "GENERATION_JUMP");
    }

    @Test
    void row11ANewerGenerationIsAcceptedEvenWithEqualContent() {
        accepted(decide(change(1, 6, "x"), life(1, 5)), false);
        accepted(decide(change(1, 6, HASH), life(1, 5)), false);
    }

    @Test
    void row12TheSameAgainIsADuplicate() {
        assertThat(decide(change(1, 5, HASH), life(1, 5))).isInstanceOf(Verdict.Duplicate.class);
    }

    @Test
    void row13TheSameGenerationWithOtherContentIsAConflict() {
        Verdict verdict = decide(change(1, 5, "other"), life(1, 5));

        refused(verdict, "GENERATION_CONFLICT");
        assertThat(((Verdict.Refused) verdict).alarm()).isEqualTo("GENERATION_CONFLICT");
    }

    @Test
    void row14AnOldGenerationThatWasAcceptedIsADuplicate() {
        assertThat(decide(change(1, 3, "h3"), remembering("h3")))
                .isInstanceOf(Verdict.Duplicate.class);
    }

    @Test
    void row15AnOldGenerationThatWasNeverSeenIsStale() {
        stale(decide(change(1, 3, "h3"), remembering(null)), null);
    }

    @Test
    void row16AnOldGenerationWithOtherContentIsStaleAndAnAlarm() {
        stale(decide(change(1, 3, "other"), remembering("h3")), "GENERATION_REGRESSION");
    }
}
