package io.leasehold.state.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.ReplayItemState;
import io.leasehold.ledger.api.ReplayItemView;
import io.leasehold.ledger.api.ReplayPlan;
import io.leasehold.ledger.api.ReplayStep;
import io.leasehold.ledger.api.ReplayView;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class ReplaysIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject ReplayHand hand;

    @BeforeEach
    void nothingDue() {
        worker.beginsWithNothingDue();
    }

    @Test
    void aRepresentativeGoesFirstAndTheOthersOnceItWentWell() {
        List<String> ids = hand.failed(3);
        String replay = hand.begin(ids, true);

        assertThat(hand.did(hand.step(replay, "d")).letterId()).isEqualTo(ids.getFirst());
        assertThat(hand.step(replay, "d").waits())
                .contains("the representative " + ids.getFirst(), "due or at work");
        assertThat(hand.status(ids)).containsExactly("REPLAYED", "OPEN", "OPEN");
        worker.succeeds(worker.mustClaim());

        assertThat(hand.did(hand.step(replay, "d")).letterId()).isEqualTo(ids.get(1));
        assertThat(hand.did(hand.step(replay, "d")).letterId()).isEqualTo(ids.get(2));
        assertThat(hand.step(replay, "d").replay().state()).isEqualTo("RUNNING");
        worker.succeeds(worker.mustClaim());
        worker.fails(worker.mustClaim(), "CONFIG");

        ReplayView ended = hand.step(replay, "d").replay();
        assertThat(ended.state()).isEqualTo("ENDED");
        assertThat(ended.counts())
                .isEqualTo(Map.of(ReplayItemState.DONE, 2, ReplayItemState.FAILED, 1));
        assertThat(ended.drivenUntil()).isNull();
        assertThat(hand.step(replay, "d").did()).as("after its end").isNull();
    }

    @Test
    void whenTheRepresentativeFailsTheOthersStayAndAnotherOneIsTriedWhenItGoesOn() {
        List<String> ids = hand.failed(3);
        String replay = hand.begin(ids, true);
        hand.step(replay, "d");
        worker.fails(worker.mustClaim(), "CONFIG");

        ReplayStep stopped = hand.step(replay, "d");

        assertThat(stopped.replay().state()).isEqualTo("STOPPED");
        assertThat(hand.did(stopped).state()).isEqualTo(ReplayItemState.FAILED);
        assertThat(hand.did(stopped).what()).contains("it failed");
        assertThat(hand.status(ids)).containsExactly("REPLAYED", "OPEN", "OPEN");

        hand.resume(replay, true);
        assertThat(hand.did(hand.step(replay, "e")).letterId()).isEqualTo(ids.get(1));
        assertThat(hand.step(replay, "e").waits()).contains("the representative");
        worker.succeeds(worker.mustClaim());
        assertThat(hand.did(hand.step(replay, "e")).letterId()).isEqualTo(ids.get(2));
    }

    @Test
    void withoutARepresentativeAllGoAfterAStop() {
        List<String> ids = hand.failed(3);
        String replay = hand.begin(ids, true);
        hand.step(replay, "d");
        worker.fails(worker.mustClaim(), "CONFIG");
        hand.step(replay, "d");

        hand.resume(replay, false);

        hand.step(replay, "d");
        hand.step(replay, "d");
        assertThat(hand.status(ids)).containsExactly("REPLAYED", "REPLAYED", "REPLAYED");
    }

    @Test
    void oneHandHasItAtATimeAndAnotherGoesOnWhereItWasLeft() {
        List<String> ids = hand.failed(2);
        String replay = hand.begin(ids, false);
        assertThat(hand.did(hand.step(replay, "first")).letterId()).isEqualTo(ids.getFirst());

        ReplayHand.refused("REPLAY_LEASED", () -> hand.step(replay, "second"));
        ReplayHand.refused("REPLAY_LEASED", () -> hand.resume(replay, false));
        hand.letGo(replay, "second");
        ReplayHand.refused("REPLAY_LEASED", () -> hand.step(replay, "second"));
        // The first was killed: it says no more, and its time goes by.
        ledger.update("update replay_batch set driver_until = now() where id = ?", replay);

        assertThat(hand.did(hand.step(replay, "second")).letterId()).isEqualTo(ids.get(1));
        ReplayHand.refused("REPLAY_LEASED", () -> hand.step(replay, "first"));
        hand.letGo(replay, "second");
        assertThat(hand.step(replay, "first").waits()).isNotNull();
        assertThat(
                        ledger.column(
                                "select subject from audit where action = 'replay-dead-letter' and subject in (?, ?)",
                                ids.getFirst(),
                                ids.get(1)))
                .containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void stepsAtTheSameTimeNeverDoTheSame() {
        List<String> ids = hand.failed(4);
        String replay = hand.begin(ids, false);

        List<String> done =
                Stream.generate(() -> CompletableFuture.supplyAsync(() -> hand.step(replay, "d")))
                        .limit(4)
                        .toList()
                        .stream()
                        .map(CompletableFuture::join)
                        .map(step -> hand.did(step).letterId())
                        .toList();

        assertThat(done).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void aDryRunSaysWhatWouldBecomeOfEachAndChangesNothing() {
        List<String> ids = hand.failed(3);
        ledger.newer(new StackRef(tenantOf(ids.get(1)), 1, "database"), 2, true);
        ledger.update(
                "update stack set hold_code = 'BREAKER' where tenant_id = ?", tenantOf(ids.get(2)));

        ReplayPlan plan = hand.order(ids, true, false);

        assertThat(plan.replay()).isNull();
        assertThat(plan.items())
                .extracting(ReplayItemView::state)
                .containsExactly(
                        ReplayItemState.WAITING,
                        ReplayItemState.SUPERSEDED,
                        ReplayItemState.REFUSED);
        assertThat(plan.items().getLast().code()).isEqualTo("BREAKER_OPEN");
        assertThat(hand.status(ids)).containsOnly("OPEN");
        ledger.update(
                "update stack set hold_code = null where tenant_id = ?", tenantOf(ids.get(2)));
    }

    @Test
    void whatAGuardRefusesIsSaidAndTheOthersGoOn() {
        List<String> ids = hand.failed(3);
        ledger.update(
                "update stack set hold_code = 'BREAKER' where tenant_id = ?",
                tenantOf(ids.getFirst()));
        ledger.newer(new StackRef(tenantOf(ids.get(1)), 1, "database"), 2, true);
        ledger.update("update stack set due = false where tenant_id = ?", tenantOf(ids.get(1)));
        String replay = hand.begin(ids, true);

        assertThat(hand.did(hand.step(replay, "d")).code()).isEqualTo("BREAKER_OPEN");
        assertThat(hand.did(hand.step(replay, "d")).state()).isEqualTo(ReplayItemState.SUPERSEDED);
        assertThat(hand.did(hand.step(replay, "d")).state()).isEqualTo(ReplayItemState.AT_WORK);
        assertThat(hand.status(ids)).containsExactly("OPEN", "SUPERSEDED", "REPLAYED");
        ledger.update(
                "update stack set hold_code = null where tenant_id = ?", tenantOf(ids.getFirst()));
    }

    @Test
    void aLetterWaitsInOneReplayOnlyUntilThatIsGivenUp() {
        List<String> ids = hand.failed(2);
        String replay = hand.begin(ids, false);
        hand.step(replay, "d");

        ReplayHand.refused("LETTER_IN_REPLAY", () -> hand.order(ids, false, true));
        assertThat(hand.order(ids, false, false).items().getLast().code())
                .isEqualTo("LETTER_IN_REPLAY");
        ReplayView aborted = hand.abort(replay);

        assertThat(aborted.state()).isEqualTo("ABORTED");
        assertThat(aborted.counts()).containsEntry(ReplayItemState.SKIPPED, 1);
        assertThat(hand.status(ids)).containsExactly("REPLAYED", "OPEN");
        assertThat(hand.step(replay, "d").did()).isNull();
        ReplayHand.refused("REPLAY_OVER", () -> hand.resume(replay, false));
        assertThat(hand.begin(List.of(ids.get(1)), false)).isNotEqualTo(replay);
    }

    private String tenantOf(String id) {
        return String.valueOf(ledger.value("select tenant_id from dead_letter where id = ?", id));
    }
}
