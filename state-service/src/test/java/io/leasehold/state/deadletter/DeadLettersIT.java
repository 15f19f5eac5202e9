package io.leasehold.state.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.events.Topics;
import io.leasehold.ledger.api.DeadLetterEdit;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.ledger.api.ReplayReply;
import io.leasehold.ledger.api.ReplayRequest;
import io.leasehold.ledger.api.SourcePosition;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.state.outbox.WaitingRows;
import io.leasehold.state.problem.Refusal;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.hibernate.reactive.mutiny.Mutiny;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class DeadLettersIT {
    private static final AtomicLong OFFSETS = new AtomicLong();
    private static final ReplayRequest EXECUTE = new ReplayRequest(true, "corrected the type");
    private static final ReplayRequest DRY_RUN = new ReplayRequest(false, "");

    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject DeadLetters letters;
    @Inject DeadLetterDesk desk;
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
                .contains("x-dlt-id=" + id, "x-dlt-code=JSON_MALFORMED", "dead-letter-partition=3")
                .doesNotContain("dead-letter-reason=old", "x-dlt-code=OLD");
        assertThat(
                        ledger.column(
                                "select position('not json'::bytea in raw) from dead_letter where id = ?",
                                id))
                .containsExactly(0);
        DeadLetterView view = Ledger.await(() -> desk.show("ann", id));
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
        assertThat(Ledger.await(() -> desk.show("ann", id)).value()).isNull();
        assertThatThrownBy(() -> replay(id, EXECUTE))
                .isInstanceOfSatisfying(
                        Refusal.class, r -> assertThat(r.code()).isEqualTo("BYTES_NOT_KEPT"));
    }

    @Test
    void aCorrectedCopyThatItsBlueprintRefusesIsSaidToBeRefused() {
        String tenant = tenant();
        String blueprint = "b-" + UUID.randomUUID();
        ServiceClient.as(TestTokens.OPERATOR)
                .send(
                        "POST",
                        Paths.BLUEPRINTS,
                        TestBlueprints.registration(TestBlueprints.SINGLE, blueprint, "1.0.0"));
        String id = refuse(tenant, "{".getBytes(UTF_8), envelope(), true);
        String of = event(tenant).replace("starter", blueprint);

        assertThat(edit(id, of.replace("{}", "{\"shade\":\"red\"}")).remedy())
                .startsWith("The corrected copy would still be refused: VAR_")
                .contains("shade");
        assertThat(edit(id, of.replace(blueprint, "b-none")).remedy())
                .contains("b-none@1.0.0 is not registered", "replay the letter");
        assertThat(edit(id, of.replace("{}", "{\"size\":3}")).remedy())
                .isEqualTo("The corrected copy passes intake's checks: replay the letter.");
    }

    @Test
    void aCorrectedCopyIsSentAgainOnce() {
        String tenant = tenant();
        String id = refuse(tenant, "{".getBytes(UTF_8), envelope(), true);
        assertThat(replay(id, DRY_RUN).what()).contains("JSON_MALFORMED");
        assertThatThrownBy(() -> replay(id, EXECUTE)).isInstanceOf(Refusal.class);

        assertThat(edit(id, "{}").remedy()).contains("still be refused");
        DeadLetterView corrected = edit(id, event(tenant));
        assertThat(corrected.remedy()).contains("replay the letter");
        assertThat(corrected.value()).isEqualTo("{");

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
                        "x-replay-by=ann",
                        "x-replay-reason=corrected the type",
                        "content-type=application/json");
        assertThat(replay(id, EXECUTE).executed()).as("a second time").isFalse();
        assertThat(waiting.values(Topics.TENANT_LIFECYCLE, tenant)).hasSize(1);
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
    void whatComesBackThreeTimesIsNotSentAgain() {
        String tenant = tenant();
        List<RawHeader> headers = new ArrayList<>(envelope());
        String id = refuse(tenant, event(tenant).getBytes(UTF_8), headers, true);
        for (int i = 0; i < 3; i++) {
            String replayId = String.valueOf(replay(id, EXECUTE).replayId());
            headers = new ArrayList<>(envelope());
            headers.add(new RawHeader("x-replay-id", replayId.getBytes(UTF_8)));
            id = refuse(tenant, event(tenant).getBytes(UTF_8), headers, true);
        }
        String last = id;

        assertThatThrownBy(() -> replay(last, EXECUTE))
                .isInstanceOfSatisfying(
                        Refusal.class, r -> assertThat(r.code()).isEqualTo("REPLAY_LOOP"));
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

    @Test
    void listsComeInPagesNewestFirst() {
        String tenant = tenant();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.addFirst(refuse(tenant, "{".getBytes(UTF_8), envelope(), true));
        }
        List<String> seen = new ArrayList<>();
        String after = null;
        do {
            String from = after;
            var page =
                    Ledger.await(() -> desk.list(new LetterRows.PageOf("OPEN", tenant, from, 2)));
            page.items().forEach(letter -> seen.add(letter.id()));
            after = page.next();
        } while (after != null);

        assertThat(seen).hasSize(5).containsExactlyInAnyOrderElementsOf(ids);
    }

    private static String tenant() {
        return "t" + UUID.randomUUID().toString().substring(0, 13);
    }

    private String refuse(String tenant, byte[] value, List<RawHeader> headers, boolean keep) {
        RawRecord raw =
                new RawRecord(
                        new SourcePosition(Topics.TENANT_LIFECYCLE, 3, OFFSETS.incrementAndGet()),
                        0,
                        tenant.getBytes(UTF_8),
                        value,
                        headers);
        return Ledger.await(() ->
                sessions.withTransaction(session ->
                        letters.refused(
                                session,
                                new RefusedEvent(
                                        raw,
                                        "JSON_MALFORMED",
                                        "is not JSON",
                                        keep,
                                        tenant,
                                        null,
                                        null,
                                        null,
                                        null))));
    }

    private DeadLetterView edit(String id, String value) {
        return Ledger.await(
                () -> desk.edit("ann", id, new DeadLetterEdit(value, null, null, "a typo")));
    }

    private ReplayReply replay(String id, ReplayRequest request) {
        return Ledger.await(() -> desk.replay("ann", id, request));
    }

    private ReplayMark honour(String replayId) {
        return Ledger.await(
                () -> sessions.withTransaction(session -> letters.honour(session, replayId)));
    }

    private String letterOf(StackRef stack) {
        return String.valueOf(
                ledger.value(
                        "select id from dead_letter where tenant_id = ? and status = 'OPEN'",
                        stack.tenantId()));
    }

    private static List<RawHeader> header(String name, String value) {
        return List.of(new RawHeader(name, value.getBytes(UTF_8)));
    }

    private static List<RawHeader> envelope() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("ce_specversion", "1.0");
        headers.put("ce_id", "e-1");
        headers.put("ce_source", "https://upstream.example/tenants");
        headers.put("ce_type", "io.leasehold.tenant.created.v1");
        headers.put("content-type", "application/json");
        return headers.entrySet().stream()
                .map(e -> new RawHeader(e.getKey(), e.getValue().getBytes(UTF_8)))
                .toList();
    }

    private static String event(String tenant) {
        return """
        {"tenantId":"%s","generation":1,"lifecycle":"active",\
        "blueprint":{"name":"starter","version":"1.0.0"},"variables":{}}\
        """
                .formatted(tenant);
    }
}
