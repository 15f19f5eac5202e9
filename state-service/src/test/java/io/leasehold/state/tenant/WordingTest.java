package io.leasehold.state.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.tenant.Wording.StackPhase;
import io.leasehold.state.tenant.Wording.TenantPhase;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WordingTest {
    private static final Wording.LifeFacts NOTHING = new Wording.LifeFacts(null, null, 0);

    private static StackFacts stack(
            long revision,
            long applied,
            boolean due,
            @Nullable String waitingCode,
            long failedRevision,
            @Nullable String worker) {
        return new StackFacts(
                "database",
                true,
                revision,
                applied,
                false,
                due,
                due ? "2026-01-01T00:00:00Z" : null,
                null,
                waitingCode,
                waitingCode == null ? null : "waits for network which is due",
                null,
                null,
                failedRevision == 0 ? 0 : 5,
                failedRevision,
                failedRevision == 0 ? null : "AUTHZ",
                failedRevision == 0 ? null : "not allowed",
                worker,
                worker == null ? null : "r1",
                worker == null ? null : "APPLYING",
                null,
                null);
    }

    private static StackFacts held(
            @Nullable String worker, StackFacts.@Nullable Hold hold, StackFacts.@Nullable Cap cap) {
        return new StackFacts(
                "database",
                true,
                2,
                1,
                false,
                hold == null,
                "2026-01-01T00:00:00Z",
                null,
                null,
                null,
                hold,
                cap,
                0,
                0,
                null,
                null,
                worker,
                "r1",
                "APPLYING",
                null,
                null);
    }

    @Test
    void aHoldSaysByWhomSinceWhenUntilWhenAndWhy() {
        StackFacts.Hold hold =
                new StackFacts.Hold(
                        "OPERATOR",
                        "ann",
                        "a move",
                        "2026-01-01T00:00:00Z",
                        "2026-01-02T00:00:00Z");

        assertThat(Wording.phase(held(null, hold, null))).isEqualTo(StackPhase.HELD);
        assertThat(Wording.reason(held(null, hold, null)))
                .isEqualTo(
                        "held (OPERATOR) by ann since 2026-01-01T00:00:00Z until"
                                + " 2026-01-02T00:00:00Z: a move");
        assertThat(Wording.reason(held("w1", hold, null))).doesNotContain("stop");
    }

    @Test
    void aRunThatWasAskedToStopSaysSo() {
        StackFacts.Hold cancel =
                new StackFacts.Hold("CANCELLED", "ann", "wrong", "2026-01-01T00:00:00Z", null);

        assertThat(Wording.reason(held("w1", cancel, null)))
                .isEqualTo(
                        "a run is at work (apply, applying, run r1 on w1); it was asked to stop at"
                                + " 2026-01-01T00:00:00Z by ann: wrong");
    }

    @Test
    void aReachedCapIsNamed() {
        assertThat(Wording.reason(held(null, null, new StackFacts.Cap("cloud", false))))
                .contains("the cap cloud allows", "when one of them ends");
    }

    @Test
    void aCapThatLetsNoneBeginIsNotWaitedForByRunsThatEnd() {
        assertThat(Wording.reason(held(null, null, new StackFacts.Cap("cloud", true))))
                .isEqualTo(
                        "the cap cloud lets none begin; it goes on when the cap is raised or removed"
                                + " (leasehold caps)");
    }

    @Test
    void aStackAtItsRevisionIsReadyAndSaysNothing() {
        StackFacts ready = stack(2, 2, false, null, 0, null);

        assertThat(Wording.phase(ready)).isEqualTo(StackPhase.READY);
        assertThat(Wording.reason(ready)).isNull();
        assertThat(Wording.waitingFor(NOTHING, List.of(ready))).isEmpty();
        assertThat(Wording.phase("active", false, null, List.of(ready)))
                .isEqualTo(TenantPhase.READY);
    }

    @Test
    void whatIsWaitedForIsSaidInPlainWords() {
        assertThat(
                        Wording.waitingFor(
                                NOTHING,
                                List.of(
                                        stack(1, 0, true, null, 0, null),
                                        stack(1, 0, true, null, 0, "w1"),
                                        stack(1, 0, false, "DEPENDENCY_NOT_READY", 0, null),
                                        stack(1, 0, false, null, 1, null))))
                .containsExactly(
                        "database: due to apply since 2026-01-01T00:00:00Z; no worker has taken it yet",
                        "database: a run is at work (apply, applying, run r1 on w1)",
                        "database: waits for network which is due",
                        "database: the apply failed for good after 5 tries: AUTHZ, not allowed;"
                                + " replay its dead letter, or publish a newer generation");
    }

    @Test
    void changesThatAreHeldAreSaid() {
        assertThat(Wording.waitingFor(new Wording.LifeFacts(null, null, 2), List.of()))
                .containsExactly(
                        "2 changes of the tenant are held since its source is not as it was"
                                + " (SOURCE_CHANGED); an operator must say how it goes on");
    }

    @Test
    void theTenantsPhaseIsThatOfItsWorstStack() {
        StackFacts ready = stack(1, 1, false, null, 0, null);
        StackFacts due = stack(2, 1, true, null, 0, null);
        StackFacts waits = stack(2, 1, false, "DEPENDENCY_NOT_READY", 0, null);
        StackFacts failed = stack(2, 1, false, null, 2, null);

        assertThat(Wording.phase("active", false, null, List.of(ready, due)))
                .isEqualTo(TenantPhase.PROGRESSING);
        assertThat(Wording.phase("active", false, null, List.of(ready, waits)))
                .isEqualTo(TenantPhase.WAITING);
        assertThat(Wording.phase("active", false, null, List.of(due, failed)))
                .isEqualTo(TenantPhase.FAILED);
        assertThat(Wording.phase("active", false, "BLUEPRINT_UNKNOWN", List.of()))
                .isEqualTo(TenantPhase.WAITING);
        assertThat(Wording.phase("suspended", false, null, List.of(ready)))
                .isEqualTo(TenantPhase.SUSPENDED);
        assertThat(Wording.phase("deleted", false, null, List.of(due)))
                .isEqualTo(TenantPhase.DELETING);
        assertThat(Wording.phase("deleted", true, null, List.of(ready)))
                .isEqualTo(TenantPhase.DELETED);
    }
}
