package io.leasehold.state.audit;

import static io.leasehold.testsupport.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.agroal.api.AgroalDataSource;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Multi;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The audit as a stream of lines. Each test has a tenant of its own. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class AuditStreamIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofSeconds(60);

    @Inject AuditRows rows;
    @Inject AgroalDataSource database;
    @Inject Vertx vertx;

    private final String tenant = "stream-" + UUID.randomUUID();

    @Test
    void entriesAreToldAsTheyComeInOrderAndFromAnId() throws Exception {
        long first = insert("one");
        insert("two");
        try (Reader reader = new Reader("&after=" + first)) {
            eventually(SOON, () -> assertThat(reader.actions()).containsExactly("two"));

            insert("three");

            eventually(SOON, () -> assertThat(reader.actions()).containsExactly("two", "three"));
            assertThat(reader.lines.getFirst()).startsWith("{\"id\":").contains(tenant);
        }
    }

    @Test
    void withoutAnIdItBeginsNowAndSaysSoAtOnce() throws Exception {
        insert("before");
        try (Reader reader = new Reader("")) {
            eventually(SOON, () -> assertThat(reader.lines).contains(""));

            insert("after");

            eventually(SOON, () -> assertThat(reader.actions()).containsExactly("after"));
        }
    }

    @Test
    void anEntryThatCommitsLateIsNotSkipped() throws Exception {
        long start = insert("start");
        List<String> told = new CopyOnWriteArrayList<>();
        Multi<String> stream =
                streams(Duration.ofMillis(20), 1)
                        .follow(onlyMine(), start)
                        .map(item -> new String(item, UTF_8))
                        .onItem()
                        .invoke(told::add);
        CompletableFuture<?> reading =
                CompletableFuture.runAsync(() ->
                        Ledger.await(() ->
                                stream.select()
                                        .first(item -> !item.contains("quicker"))
                                        .collect()
                                        .last()
                                        .ifNoItem()
                                        .after(LONG)
                                        .fail()));
        try (Connection slow = database.getConnection()) {
            slow.setAutoCommit(false);
            insert(slow, "slow");
            insert("quick");
            insert("quicker");
            // It goes on looking, and could tell of the quick ones.
            int looks = told.size();
            eventually(SOON, () -> assertThat(told).hasSizeGreaterThan(looks + 3));
            assertThat(told).containsOnly("");

            slow.commit();
        }

        reading.get();
        assertThat(
                        told.stream()
                                .flatMap(String::lines)
                                .filter(line -> !line.isEmpty())
                                .map(AuditStreamIT::action))
                .containsExactly("slow", "quick", "quicker");
    }

    @Test
    void whenThereIsNothingToTellAnEmptyLineTellsThatItLives() {
        List<byte[]> items = take(streams(Duration.ofMillis(20), 1).follow(onlyMine(), 0L), 3);

        assertThat(items).hasSize(3).allSatisfy(item -> assertThat(item).isEmpty());
    }

    @Test
    void aLongTailIsReadPieceByPiece() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement(
                                "insert into audit (at, actor, action, subject, tenant_id) select"
                                        + " now(), 'me', 'n-' || n, 'x', ? from"
                                        + " generate_series(1, 1200) n order by n")) {
            insert.setString(1, tenant);
            insert.executeUpdate();
        }

        List<byte[]> items = take(streams(Duration.ofMinutes(1), 1).follow(onlyMine(), 0L), 3);

        assertThat(items.stream().map(item -> new String(item, UTF_8).lines().count()))
                .containsExactly(500L, 500L, 200L);
    }

    @Test
    void thePlaceOfAReaderThatLeftIsGivenToTheNext() throws Exception {
        AuditStreams streams = streams(Duration.ofMillis(20), 1);
        take(streams.follow(onlyMine(), 0L), 1);
        take(streams.follow(onlyMine(), 0L), 1);

        for (int i = 0; i < 40; i++) {
            try (Reader reader = new Reader("")) {
                eventually(SOON, () -> assertThat(reader.lines).contains(""));
            }
        }
    }

    private AuditFilter onlyMine() {
        return new AuditFilter(tenant, null, null, null);
    }

    private static List<byte[]> take(Multi<byte[]> stream, int items) {
        try {
            return VertxContextSupport.subscribeAndAwait(
                    () -> stream.select().first(items).collect().asList());
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private AuditStreams streams(Duration heartbeat, int most) {
        AuditConfig config =
                new AuditConfig() {
                    @Override
                    public Duration poll() {
                        return Duration.ofMillis(5);
                    }

                    @Override
                    public Duration heartbeat() {
                        return heartbeat;
                    }

                    @Override
                    public int streams() {
                        return most;
                    }

                    @Override
                    public int refusalsPerMinute() {
                        return 10;
                    }
                };
        return new AuditStreams(rows, config, JSON, Clock.systemUTC(), vertx);
    }

    private long insert(String action) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return insert(connection, action);
        }
    }

    private long insert(Connection connection, String action) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "insert into audit (at, actor, action, subject, tenant_id)"
                                + " values (now(), 'me', ?, 'x', ?) returning id")) {
            insert.setString(1, action);
            insert.setString(2, tenant);
            try (ResultSet id = insert.executeQuery()) {
                id.next();
                return id.getLong(1);
            }
        }
    }

    private static String action(String line) {
        try {
            return JSON.readTree(line).path("action").asText();
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }

    /** Reads a stream over HTTP until closed. */
    private final class Reader implements AutoCloseable {
        private final List<String> lines = new CopyOnWriteArrayList<>();
        private final HttpClient http = HttpClient.newHttpClient();
        private final Stream<String> body;

        Reader(String query) throws IOException, InterruptedException {
            URI address =
                    URI.create(
                            ServiceClient.as(null).base()
                                    + "/v1/audit/stream?tenant="
                                    + tenant
                                    + query);
            HttpResponse<Stream<String>> response =
                    http.send(
                            HttpRequest.newBuilder(address)
                                    .header("Authorization", "Bearer " + TestTokens.VIEWER)
                                    .build(),
                            HttpResponse.BodyHandlers.ofLines());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type").orElse(""))
                    .startsWith("application/x-ndjson");
            body = response.body();
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            body.forEach(lines::add);
                        } catch (RuntimeException ended) {
                            // Closed by the test.
                        }
                    });
        }

        List<String> actions() {
            return lines.stream()
                    .filter(line -> !line.isEmpty())
                    .map(AuditStreamIT::action)
                    .toList();
        }

        @Override
        public void close() {
            body.close();
            http.shutdownNow();
        }
    }
}
