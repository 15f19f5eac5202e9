package io.leasehold.state.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.events.Topics;
import io.leasehold.events.outgoing.DriftEvent;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.sql.DataSource;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The outbox from appending to forgetting, as publishers see it. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class OutboxIT {
    private static final String TENANT = "acme";
    private static final int SHARD = Outbox.shardOf(TENANT);
    private static final String DRAIN = "/v1/outbox/shards/" + SHARD + "/drain";

    @Inject Outbox outbox;
    @Inject Publications publications;
    @Inject Mutiny.SessionFactory sessions;
    @Inject DataSource database;

    @Inject OutboxSignal added;

    private final ServiceClient publisher = ServiceClient.as(TestTokens.PUBLISHER);

    @BeforeEach
    void empty() throws SQLException {
        sql("delete from outbox");
        sql("update outbox_shard set publisher = null, lease_id = null, lease_until = null");
    }

    @Test
    void theShardOfATenantIsFixedForEver() {
        assertThat(Outbox.shardOf("acme")).isEqualTo(SHARD).isEqualTo(0);
        assertThat(Outbox.shardOf("globex")).isEqualTo(0);
    }

    @Test
    void rowsComeInTheOrderOfAppendingWithTheirBytes() {
        String lease = claim("a", "boot-1");
        append(message("one", "v1"), message("two", null), message(null, "v3"));

        List<JsonNode> rows = rows(lease);

        assertThat(rows)
                .extracting(row -> text(row.path("key")))
                .containsExactly("one", "two", null);
        assertThat(rows)
                .extracting(row -> text(row.path("value")))
                .containsExactly("v1", null, "v3");
        assertThat(rows.getFirst().path("topic").asText()).isEqualTo("topic");
        assertThat(rows.getFirst().path("headers").path(0).path("name").asText()).isEqualTo("h");
        assertThat(text(rows.getFirst().path("headers").path(0).path("value"))).isEqualTo("x");
    }

    @Test
    void whatRollsBackIsNotThere() {
        String lease = claim("a", "boot-1");

        assertThatThrownBy(() ->
                        inTransaction(session ->
                                outbox.append(session, message("k", "v"))
                                        .invoke(() -> {
                                            throw new IllegalStateException("no");
                                        })))
                .isInstanceOf(IllegalStateException.class);
        assertThat(rows(lease)).isEmpty();
    }

    @Test
    void publishedRowsAreForgottenAndAskedAgainItChangesNothing() {
        String lease = claim("a", "boot-1");
        append(message("one", "1"), message("two", "2"), message("three", "3"));
        List<JsonNode> rows = rows(lease);
        String ids = rows.get(0).path("id") + "," + rows.get(1).path("id");

        assertThat(published(lease, ids).status()).isEqualTo(200);
        assertThat(published(lease, ids).status()).isEqualTo(200);
        assertThat(published(lease, "").status()).isEqualTo(200);

        assertThat(rows(lease)).extracting(row -> text(row.path("key"))).containsExactly("three");
    }

    @Test
    void aPublisherThatLostItsShardGetsNothingAndMarksNothing() throws SQLException {
        String old = claim("a", "boot-1");
        append(message("one", "1"));
        String id = rows(old).getFirst().path("id").asText();
        sql("update outbox_shard set lease_until = now() - interval '1 second'");
        String next = claim("b", "boot-1");

        Reply read = drain(old, "", 0);
        Reply marked = published(old, id);

        assertThat(read.status()).isEqualTo(409);
        assertThat(read.code()).isEqualTo("LEASE_LOST");
        assertThat(marked.code()).isEqualTo("LEASE_LOST");
        assertThat(rows(next)).hasSize(1);
    }

    @Test
    void aSecondPublisherGetsNoShardWhileTheFirstIsAliveAndANewBootTakesOverAtOnce() {
        String first = claim("a", "boot-1");
        assertThat(claimAll("b", "boot-1")).isEmpty();
        assertThat(claim("a", "boot-1")).isEqualTo(first);

        String second = claim("a", "boot-2");

        assertThat(second).isNotEqualTo(first);
        assertThat(drain(first, "", 0).code()).isEqualTo("LEASE_LOST");
    }

    @Test
    void askingForRowsRenewsTheLease() throws SQLException {
        String lease = claim("a", "boot-1");
        sql("update outbox_shard set lease_until = now() + interval '10 milliseconds'");

        rows(lease);

        assertThat(claimAll("b", "boot-1")).doesNotContain(SHARD);
    }

    @Test
    void aLongPollEndsWithTheCommitOfARow() throws Exception {
        String lease = claim("a", "boot-1");
        CompletableFuture<Reply> poll = publisher.begin("POST", DRAIN, asking(lease, "", 20_000));

        append(message("one", "1"));
        added.wake(TENANT);

        Reply reply = poll.get(5, TimeUnit.SECONDS);
        assertThat(reply.json()).hasSize(1);
    }

    @Test
    void aLongPollWithoutRowsEndsInTimeAndEmpty() {
        String lease = claim("a", "boot-1");

        Reply reply = drain(lease, "", 300);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json()).isEmpty();
    }

    @Test
    void aDelayedRowWaitsAndHoldsBackOnlyItsOwnKey() throws SQLException {
        String lease = claim("a", "boot-1");
        append(delayed("late", "first"), message("other", "o"), message("late", "second"));

        assertThat(rows(lease)).extracting(row -> text(row.path("value"))).containsExactly("o");

        sql("update outbox set not_before = now() where not_before is not null");
        assertThat(rows(lease))
                .extracting(row -> text(row.path("value")))
                .containsExactly("first", "o", "second");
    }

    @Test
    void aDelayedTombstoneGivesWayToWhateverIsWrittenUnderItsKeyLater() throws SQLException {
        String lease = claim("a", "boot-1");
        StackRef stack = new StackRef(TENANT, 1, "db");
        append(publications.outputsTombstone(stack, Duration.ofDays(7)));
        append(
                new OutboxMessage(
                        TENANT,
                        Topics.STACK_OUTPUTS,
                        stack.key().getBytes(UTF_8),
                        List.of(),
                        "again".getBytes(UTF_8),
                        null));

        sql("update outbox set not_before = now() where not_before is not null");

        assertThat(rows(lease)).extracting(row -> text(row.path("value"))).containsExactly("again");
    }

    @Test
    void aResolvedDriftIsAnEventAndATombstoneInThatOrder() {
        String lease = claim("a", "boot-1");
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        DriftEvent resolved =
                new DriftEvent(
                        "d-1",
                        DriftEvent.State.RESOLVED,
                        TENANT,
                        1,
                        "db",
                        4,
                        2,
                        now,
                        now,
                        3,
                        null,
                        "applied");

        append(publications.drift(resolved, null).toArray(OutboxMessage[]::new));

        List<JsonNode> rows = rows(lease);
        assertThat(rows)
                .extracting(row -> row.path("topic").asText())
                .containsExactly(Topics.STACK_DRIFT, Topics.STACK_DRIFT_CURRENT);
        assertThat(rows).extracting(row -> text(row.path("key"))).containsOnly("acme/1/db");
        assertThat(rows.get(1).path("value").isNull()).isTrue();
        assertThat(headers(rows.getFirst()))
                .contains(
                        "ce_specversion=1.0",
                        "ce_source=/leasehold",
                        "content-type=application/json");
    }

    // ── what the tests say ──────────────────────────────────────────────────────────────────────

    private static OutboxMessage message(@Nullable String key, @Nullable String value) {
        return new OutboxMessage(
                TENANT,
                "topic",
                key == null ? null : key.getBytes(UTF_8),
                List.of(new RawHeader("h", "x".getBytes(UTF_8))),
                value == null ? null : value.getBytes(UTF_8),
                null);
    }

    private static OutboxMessage delayed(String key, String value) {
        return new OutboxMessage(
                TENANT,
                "topic",
                key.getBytes(UTF_8),
                List.of(),
                value.getBytes(UTF_8),
                Duration.ofHours(1));
    }

    private void append(OutboxMessage... messages) {
        inTransaction(session -> outbox.append(session, List.of(messages)));
    }

    private void inTransaction(Function<Mutiny.Session, Uni<Void>> work) {
        try {
            VertxContextSupport.subscribeAndAwait(
                    () -> sessions.withTransaction((session, _) -> work.apply(session)));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private String claim(String name, String boot) {
        for (JsonNode lease : claimed(name, boot)) {
            if (lease.path("shard").asInt() == SHARD) {
                return lease.path("leaseId").asText();
            }
        }
        throw new AssertionError("the shard was not granted");
    }

    private List<Integer> claimAll(String name, String boot) {
        List<Integer> shards = new ArrayList<>();
        claimed(name, boot).forEach(lease -> shards.add(lease.path("shard").asInt()));
        return shards;
    }

    private JsonNode claimed(String name, String boot) {
        Reply reply =
                publisher.send(
                        "POST",
                        "/v1/outbox/shards",
                        "{\"publisher\":\"%s\",\"bootId\":\"%s\",\"atMost\":8}"
                                .formatted(name, boot));
        assertThat(reply.status()).isEqualTo(200);
        return reply.json();
    }

    private static String asking(String lease, String published, int waitMillis) {
        return "{\"leaseId\":\"%s\",\"published\":[%s],\"limit\":100,\"waitMillis\":%d}"
                .formatted(lease, published, waitMillis);
    }

    private Reply drain(String lease, String published, int waitMillis) {
        return publisher.send("POST", DRAIN, asking(lease, published, waitMillis));
    }

    private List<JsonNode> rows(String lease) {
        Reply reply = drain(lease, "", 0);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        List<JsonNode> rows = new ArrayList<>();
        reply.json().forEach(rows::add);
        return rows;
    }

    private Reply published(String lease, String ids) {
        return drain(lease, ids, 0);
    }

    private static List<String> headers(JsonNode row) {
        List<String> headers = new ArrayList<>();
        row.path("headers")
                .forEach(header ->
                        headers.add(
                                header.path("name").asText() + "=" + text(header.path("value"))));
        return headers;
    }

    private static @Nullable String text(JsonNode base64) {
        return base64.isNull()
                ? null
                : new String(Base64.getDecoder().decode(base64.asText()), UTF_8);
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement update = connection.createStatement()) {
            update.executeUpdate(statement);
        }
    }
}
