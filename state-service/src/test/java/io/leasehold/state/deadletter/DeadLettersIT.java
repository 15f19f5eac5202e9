package io.leasehold.state.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.events.Topics;
import io.leasehold.ledger.api.DeadLetterEdit;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.LetterDiscard;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.RepairReply;
import io.leasehold.ledger.api.ReplayReply;
import io.leasehold.ledger.api.ReplayRequest;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.state.outbox.WaitingRows;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.source.Place;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class DeadLettersIT {
    private static final ReplayRequest EXECUTE =
            new ReplayRequest(true, "corrected the type", false);
    private static final ReplayRequest FORCED =
            new ReplayRequest(true, "corrected elsewhere", true);
    private static final ReplayRequest DRY_RUN = new ReplayRequest(false, "", false);

    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject DeadLetters made;
    @Inject Letters letters;
    @Inject DeadLetterDesk desk;
    @Inject LetterReplay replay;
    @Inject WaitingRows waiting;
    @Inject Mutiny.SessionFactory sessions;

    @BeforeEach
    void nothingDue() {
        worker.beginsWithNothingDue();
    }

    @Test
    void aRefusedEventIsToldWithItsExactBytesAndOurHeadersInPlaceOfOlderOnes() {
        String tenant = tenant();
        byte[] value = "not json \u0001".getBytes(UTF_8);
        String id =
                refuse(
                        tenant,
                        value,
                        List.of(
                                new RawHeader("ce_id", "1".getBytes(UTF_8)),
                                new RawHeader("ce_id", "2".getBytes(UTF_8)),
                                new RawHeader("dead-letter-reason", "old".getBytes(UTF_8)),
                                new RawHeader("x-dlt-code", "OLD".getBytes(UTF_8))),
                        true);

        assertThat(waiting.values(Topics.DEAD_LETTER, tenant))
                .containsExactly(new String(value, UTF_8));
        List<String> headers = waiting.headers(Topics.DEAD_LETTER, tenant);
        assertThat(headers)
                .startsWith("ce_id=1", "ce_id=2")
                .contains(
                        "x-dlt-id=" + id,
                        "x-dlt-code=JSON_MALFORMED",
                        "x-dlt-class=permanent",
                        "x-dlt-stage=intake",
                        "dead-letter-partition=3")
                .anyMatch(header -> header.matches("x-dlt-fingerprint=[0-9a-f]{16}"))
                .anyMatch(header -> header.matches("x-dlt-app-version=[0-9].*"))
                .doesNotContain("dead-letter-reason=old", "x-dlt-code=OLD");
        assertThat(
                        ledger.column(
                                "select position('not json'::bytea in raw) from dead_letter where id = ?",
                                id))
                .containsExactly(0);
        DeadLetterView view = Ledger.await(() -> desk.show("ann", id, true));
        assertThat(view.value()).isEqualTo(new String(value, UTF_8));
        assertThat(view.headers()).hasSize(4);
        assertThat(view.key()).isEqualTo(tenant);
        assertThat(view.remedy()).isEqualTo("Send exactly one JSON object in UTF-8.");
        assertThat(
                        ledger.column(
                                "select actor from audit where action = 'read-dead-letter' and subject = ?",
                                id))
                .containsExactly("ann");
    }

    @Test
    void whereOnlyTheOriginIsKeptNothingOfTheEventIsAnywhere() {
        String tenant = tenant();
        String id = refuse(tenant, "hunter2".getBytes(UTF_8), header("secret", "hunter2"), false);

        assertThat(waiting.values(Topics.DEAD_LETTER, tenant)).containsExactly("null");
        assertThat(waiting.headers(Topics.DEAD_LETTER, tenant))
                .noneMatch(h -> h.contains("hunter2"));
        assertThat(Ledger.await(() -> desk.show("ann", id, true)).value()).isNull();
        assertThatThrownBy(() -> replay(id, EXECUTE))
                .isInstanceOfSatisfying(
                        Refusal.class, r -> assertThat(r.code()).isEqualTo("BYTES_NOT_KEPT"));
    }

    @Test
    void aCorrectedCopyIsSentAgainOnce() {
        String tenant = tenant();
        List<RawHeader> sent = new ArrayList<>(envelope());
        sent.addAll(header("delayed-retry-count", "2"));
        sent.addAll(header("retry_topic-attempts", "3"));
        String id = refuse(tenant, "{".getBytes(UTF_8), sent, true);
        assertThat(waiting.headers(Topics.DEAD_LETTER, tenant)).contains("delayed-retry-count=2");
        assertThat(replay(id, DRY_RUN).what()).contains("JSON_MALFORMED");
        assertThatThrownBy(() -> replay(id, EXECUTE)).isInstanceOf(Refusal.class);

        assertThat(edit(id, "{}").remedy()).contains("still be refused");
        DeadLetterView corrected = edit(id, event(tenant));
        assertThat(corrected.remedy()).contains("replay the letter");
        assertThat(corrected.value()).startsWith("(1 bytes");

        ReplayReply said = replay(id, DRY_RUN);
        assertThat(said.executed()).isFalse();
        assertThat(waiting.values(Topics.TENANT_LIFECYCLE, tenant)).isEmpty();

        ReplayReply done = replay(id, EXECUTE);
        assertThat(done.executed()).isTrue();
        assertThat(waiting.values(Topics.TENANT_LIFECYCLE, tenant)).containsExactly(event(tenant));
        assertThat(waiting.headers(Topics.TENANT_LIFECYCLE, tenant))
                .contains(
                        "x-replay-id=" + done.replayId(),
                        "x-replay-count=1",
                        "x-replay-edited-from-sha256="
                                + "021fb596db81e6d02bf3d2586ee3981fe519f275c0ac9ca76bbcf2ebb4097d96",
                        "content-type=application/json")
                .noneMatch(header -> header.contains("ann") || header.contains("corrected"))
                .noneMatch(header -> header.contains("retry"));
        assertThat(replay(id, EXECUTE).executed()).as("a second time").isFalse();
        assertThat(waiting.values(Topics.TENANT_LIFECYCLE, tenant)).hasSize(1);
    }

    @Test
    void aCorrectedCopySpeaksForTheTenantOfItsLetterOnly() {
        String tenant = tenant();
        String id = refuse(tenant, "{".getBytes(UTF_8), envelope(), true);
        String other = tenant();

        edit(id, event(other));

        refuses(id, "STILL_INVALID");
        assertThat(waiting.values(Topics.TENANT_LIFECYCLE, other)).isEmpty();
    }

    @Test
    void case24ACopyOlderThanTheDesiredStateIsNotSent() {
        String tenant = tenant();
        String id = refuse(tenant, "{".getBytes(UTF_8), envelope(), true);
        edit(id, event(tenant));
        ledger.life(tenant, 2);

        assertThat(replay(id, EXECUTE).what()).contains("superseded");

        assertThat(waiting.values(Topics.TENANT_LIFECYCLE, tenant)).isEmpty();
        assertThat(ledger.value("select status from dead_letter where id = ?", id))
                .isEqualTo("SUPERSEDED");
    }

    @Test
    void step3AReplayIdIsHonouredOnceAndOnlyIfItIsOurs() {
        String tenant = tenant();
        String id = refuse(tenant, "{".getBytes(UTF_8), envelope(), true);
        edit(id, event(tenant));
        String replayId = String.valueOf(replay(id, EXECUTE).replayId());

        assertThat(honour(replayId)).isEqualTo(ReplayMark.HONOURED);
        assertThat(honour(replayId)).isEqualTo(ReplayMark.SEEN);
        assertThat(honour("made-up")).isEqualTo(ReplayMark.UNKNOWN);
    }

    @Test
    void whatComesBackTheSameIsSentAgainOnlyWhenForcedAndAfterThreeTimesToo() {
        String tenant = tenant();
        String first = refuse(tenant, event(tenant).getBytes(UTF_8), envelope(), true);
        String id = cameBack(tenant, replay(first, EXECUTE));
        for (int i = 0; i < 2; i++) {
            refuses(id, "SAME_FAILURE");
            id = cameBack(tenant, replay(id, FORCED));
        }

        refuses(id, "REPLAY_LOOP");
        assertThat(replay(id, FORCED).executed()).isTrue();
        assertThat(
                        waiting.headers(Topics.DEAD_LETTER, tenant).stream()
                                .filter(header -> header.startsWith("x-dlt-first-failed-at="))
                                .distinct())
                .as("when it failed first")
                .hasSize(1);
    }

    private String cameBack(String tenant, ReplayReply replay) {
        List<RawHeader> headers = new ArrayList<>(envelope());
        headers.add(
                new RawHeader("x-replay-id", String.valueOf(replay.replayId()).getBytes(UTF_8)));
        return refuse(tenant, event(tenant).getBytes(UTF_8), headers, true);
    }

    private void refuses(String id, String code) {
        assertThatThrownBy(() -> replay(id, EXECUTE))
                .isInstanceOfSatisfying(Refusal.class, r -> assertThat(r.code()).isEqualTo(code));
    }

    @Test
    void whatFailsTheSameElseIsOfAnotherCauseAndIsReplayedAgain() {
        String tenant = tenant();
        String first = refuse(tenant, event(tenant).getBytes(UTF_8), envelope(), true);
        String replayId = String.valueOf(replay(first, EXECUTE).replayId());
        List<RawHeader> headers = new ArrayList<>(envelope());
        headers.add(new RawHeader("x-replay-id", replayId.getBytes(UTF_8)));

        String id =
                letters.ofEvent(
                        tenant, event(tenant).getBytes(UTF_8), headers, "another cause", true);

        assertThat(replay(id, EXECUTE).executed()).isTrue();
    }

    @Test
    void case27AnEventThatDeletesIsSentAgainOnlyWhenForced() {
        String tenant = tenant();
        String deletes =
                "{\"tenantId\":\"%s\",\"generation\":2,\"lifecycle\":\"deleted\"}"
                        .formatted(tenant);
        String id =
                letters.ofEvent(
                        tenant,
                        deletes.getBytes(UTF_8),
                        Letters.envelope("deleted"),
                        "is not JSON",
                        true);

        refuses(id, "REPLAY_DELETES");
        assertThat(replay(id, FORCED).executed()).isTrue();
    }

    @Test
    void aStackThatABreakerHoldsGetsNoNewAttempt() {
        String id = letters.ofRun(tenant(), "CONFIG");
        ledger.update(
                "update stack set hold_code = 'BREAKER', hold_until = now() + interval '1 hour'"
                        + " where tenant_id = (select tenant_id from dead_letter where id = ?)",
                id);

        refuses(id, "BREAKER_OPEN");
        assertThatThrownBy(() -> replay(id, FORCED)).isInstanceOf(Refusal.class);
        ledger.update(
                "update stack set hold_until = now() - interval '1 second'"
                        + " where tenant_id = (select tenant_id from dead_letter where id = ?)",
                id);
        assertThat(replay(id, EXECUTE).executed()).isTrue();
    }

    @Test
    void aDiscardedLetterStaysVisibleAndItsStackStaysFailed() {
        String id = letters.ofRun(tenant(), "CONFIG");
        LetterDiscard shortReason = new LetterDiscard(true, "too short");

        assertThatThrownBy(() -> Ledger.await(() -> desk.discard("ann", id, shortReason)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("at least 10 characters");
        assertThat(discard(id, false).what()).contains("Would close", "stack stays failed");
        assertThat(letters.status(id)).isEqualTo("OPEN");

        assertThat(discard(id, true).executed()).isTrue();

        assertThat(letters.status(id)).isEqualTo("DISCARDED");
        assertThat(
                        ledger.value(
                                "select failed_revision from stack where tenant_id ="
                                        + " (select tenant_id from dead_letter where id = ?)",
                                id))
                .isEqualTo(1L);
        assertThat(replay(id, EXECUTE).executed()).isFalse();
        assertThat(discard(id, true).what()).contains("closed as DISCARDED");
    }

    private RepairReply discard(String id, boolean execute) {
        return Ledger.await(() ->
                desk.discard("ann", id, new LetterDiscard(execute, "of a customer who has left")));
    }

    @Test
    void aFailedRunGetsANewAttemptOrIsClosedAsSuperseded() {
        StackRef stack = ledger.due(tenant());
        worker.fails(worker.mustClaim(), "CONFIG");
        String id = letterOf(stack);
        assertThat(replay(id, DRY_RUN).what()).contains("new attempt");

        assertThat(replay(id, EXECUTE).executed()).isTrue();

        assertThat(worker.mustClaim().stack()).isEqualTo(stack);
        assertThat(ledger.value("select status from dead_letter where id = ?", id))
                .isEqualTo("REPLAYED");
    }

    @Test
    void aFailedRunWhoseTenantMovedOnIsClosed() {
        StackRef stack = ledger.due(tenant());
        worker.fails(worker.mustClaim(), "CONFIG");
        String id = letterOf(stack);
        ledger.newer(stack, 2, true);

        assertThat(replay(id, EXECUTE).what()).contains("superseded");

        assertThat(ledger.value("select status from dead_letter where id = ?", id))
                .isEqualTo("SUPERSEDED");
    }

    @Test
    void aSuccessClosesTheLettersOfTheStack() {
        StackRef stack = ledger.due(tenant());
        worker.fails(worker.mustClaim(), "CONFIG");
        String id = letterOf(stack);
        ledger.newer(stack, 2, true);
        worker.succeeds(worker.mustClaim());

        assertThat(ledger.value("select status from dead_letter where id = ?", id))
                .isEqualTo("SUPERSEDED");
    }

    private static String tenant() {
        return Letters.tenant();
    }

    private String refuse(String tenant, byte[] value, List<RawHeader> headers, boolean keep) {
        return letters.ofEvent(tenant, value, headers, "is not JSON", keep);
    }

    private DeadLetterView edit(String id, String value) {
        return Ledger.await(
                () -> desk.edit("ann", id, new DeadLetterEdit(value, null, null, null, "a typo")));
    }

    private ReplayReply replay(String id, ReplayRequest request) {
        return Ledger.await(() -> replay.replay("ann", id, request));
    }

    private ReplayMark honour(String replayId) {
        Place place = new Place(Topics.TENANT_LIFECYCLE, "", 3, 4_000_000);
        return Ledger.await(() ->
                sessions.withTransaction(session -> made.honour(session, replayId, place, 0)));
    }

    private String letterOf(StackRef stack) {
        return letters.open(stack.tenantId());
    }

    private static List<RawHeader> header(String name, String value) {
        return List.of(new RawHeader(name, value.getBytes(UTF_8)));
    }

    private static List<RawHeader> envelope() {
        return Letters.envelope("created");
    }

    private static String event(String tenant) {
        return Letters.event(tenant);
    }
}
