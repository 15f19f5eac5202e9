package io.leasehold.state.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.LetterWhere;
import io.leasehold.ledger.api.ReplayItemState;
import io.leasehold.ledger.api.ReplayItemView;
import io.leasehold.ledger.api.ReplayOrder;
import io.leasehold.ledger.api.ReplayPlan;
import io.leasehold.ledger.api.ReplayRequest;
import io.leasehold.ledger.api.ReplayView;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of replayed events on their way, and what is known of it afterwards. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class ReplayedEventsIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject Letters letters;
    @Inject ReplayHand hand;
    @Inject LetterReplay single;

    @BeforeEach
    void nothingDue() {
        worker.beginsWithNothingDue();
    }

    @Test
    void eventsOfATenantGoOneByOneAndWhatBecameOfEachIsKnown() {
        String tenant = Letters.tenant();
        List<String> ids =
                List.of(hand.event(tenant), hand.event(tenant), hand.event(Letters.tenant()));
        String replay = hand.begin(ids, false);

        ReplayItemView first = hand.did(hand.step(replay, "d"));
        assertThat(first.letterId()).isEqualTo(ids.getFirst());
        assertThat(hand.did(hand.step(replay, "d")).letterId())
                .as("of another tenant")
                .isEqualTo(ids.get(2));
        assertThat(hand.step(replay, "d").waits()).contains(tenant, "intake has not taken it in");

        TestUpstream upstream = new TestUpstream();
        assertThat(
                        upstream.dispositions(
                                upstream.replay(
                                        TestUpstream.wants(tenant, 1, "none-such", 1),
                                        replayIdOf(first.letterId()))))
                .containsExactly("PENDING");

        assertThat(hand.did(hand.step(replay, "d")).letterId()).isEqualTo(ids.get(1));
        assertThat(hand.items(replay).get(1 - 1).state()).isEqualTo(ReplayItemState.AT_WORK);
        assertThat(
                        upstream.dispositions(
                                upstream.replay(
                                        TestUpstream.wants(tenant, 1, "none-such", 1),
                                        replayIdOf(ids.get(1)))))
                .containsExactly("DUPLICATE");
        hand.step(replay, "d");
        assertThat(hand.items(replay).get(2 - 1).state()).isEqualTo(ReplayItemState.NOTHING);
    }

    @Test
    void case24AnEventThatIsOvertakenOnItsWayIsSupersededAndNotApplied() {
        String tenant = Letters.tenant();
        String replay = hand.begin(List.of(hand.event(tenant)), true);
        ReplayItemView sent = hand.did(hand.step(replay, "d"));
        TestUpstream upstream = new TestUpstream();
        upstream.publishes(TestUpstream.wants(tenant, 2, "none-such", 1));

        assertThat(
                        upstream.dispositions(
                                upstream.replay(
                                        TestUpstream.wants(tenant, 1, "none-such", 1),
                                        replayIdOf(sent.letterId()))))
                .containsExactly("STALE");

        ReplayView ended = hand.step(replay, "d").replay();
        assertThat(ended.state()).isEqualTo("ENDED");
        assertThat(ended.counts()).isEqualTo(Map.of(ReplayItemState.SUPERSEDED, 1));
        assertThat(ledger.value("select generation from life where tenant_id = ?", tenant))
                .isEqualTo(2L);
    }

    @Test
    void theHistoryOfALetterHasReplaysOfThoseItCameFrom() {
        String tenant = Letters.tenant();
        String first = letters.ofRun(tenant, "CONFIG");
        Ledger.await(() -> single.replay("ann", first, new ReplayRequest(true, "once", false)));
        Claim claim = worker.mustClaim();
        assertThat(hand.history(first))
                .extracting(ReplayItemView::state)
                .containsExactly(ReplayItemState.AT_WORK);
        worker.fails(claim, "CONFIG");
        String second = letters.open(tenant);
        Ledger.await(() -> single.replay("bob", second, new ReplayRequest(true, "twice", true)));

        assertThat(hand.history(second))
                .extracting(item -> item.by() + " " + item.reason() + " " + item.state())
                .containsExactly("bob twice AT_WORK", "ann once FAILED");
        assertThat(hand.history(second).getLast().letterId()).isEqualTo(first);
    }

    @Test
    void lettersAreChosenWhenItIsAskedForOldestFirst() {
        String tenant = Letters.tenant();
        List<String> ids = List.of(hand.event(tenant), hand.event(tenant), hand.event(tenant));
        LetterWhere where = new LetterWhere(tenant, null, "EVENT", null, null);

        ReplayPlan plan =
                hand.order(new ReplayOrder(null, where, 2, false, 5, false, true, "all of them"));
        hand.event(tenant);

        assertThat(plan.more()).isTrue();
        ReplayView view = Objects.requireNonNull(plan.replay());
        assertThat(view.filter()).isEqualTo("tenant=" + tenant + ", kind=EVENT");
        assertThat(hand.items(view.id()))
                .extracting(ReplayItemView::letterId)
                .containsExactlyElementsOf(ids.stream().sorted().limit(2).toList());
        hand.abort(view.id());
    }

    private String replayIdOf(String letter) {
        return String.valueOf(
                ledger.value("select replay_id from replay where dead_letter_id = ?", letter));
    }
}
