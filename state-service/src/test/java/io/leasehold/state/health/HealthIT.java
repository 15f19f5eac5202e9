package io.leasehold.state.health;

import static io.leasehold.testsupport.Eventually.eventually;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.leasehold.ledger.api.Paths;
import io.leasehold.state.LogWatch;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.sqlclient.Pool;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** What the service says of itself, with its database and without. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class HealthIT {
    /** A look at the database that takes longer than the service waits says "busy": once more. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Inject AgroalDataSource database;
    @Inject Pool reactive;

    @ConfigProperty(name = "leasehold.database.connections")
    int connections;

    private final ServiceClient nobody = ServiceClient.as(null);

    @Test
    void readyMeansTheDatabaseAnswersAndHasTheSchema() throws Exception {
        says(200, "\"of this version\"");
        assertThat(nobody.send("GET", "/q/health/live", null).status()).isEqualTo(200);
    }

    @Test
    void aSchemaThatDoesNotFitIsToldFromADatabaseThatIsAway() throws Exception {
        try {
            change(
                    "update flyway_schema_history set success = false where version ="
                            + " cast((select max(cast(version as int)) from flyway_schema_history) as text)");
            says(503, "\"too old: ");

            change("update flyway_schema_history set success = true");
            change("update schema_floor set oldest = 1000");
            says(503, "\"too new: ");

            change("update flyway_schema_history set success = false");
            says(503, "\"missing\"");

            change("alter table flyway_schema_history rename to elsewhere");
            says(503, "\"missing\"");
            change("alter table elsewhere rename to flyway_schema_history");

            // A newer version came and went on: this one serves beside it.
            change("update flyway_schema_history set success = true");
            change("update schema_floor set oldest = 14");
            change(
                    """
                    insert into flyway_schema_history (installed_rank, version, description, type, script,
                        installed_by, execution_time, success) values (1000, '1000', '', 'SQL', '', '', 0, true)
                    """);
            says(200, "\"of a newer version");
        } finally {
            change("delete from flyway_schema_history where version = '1000'");
            change("update flyway_schema_history set success = true");
            change("update schema_floor set oldest = 14");
        }
    }

    private void says(int status, String schema) throws Exception {
        eventually(
                PATIENCE,
                () -> {
                    Reply reply = nobody.send("GET", "/q/health/ready", null);
                    assertThat(reply.body())
                            .contains("\"reachable\"", schema)
                            .doesNotContain("away");
                    assertThat(reply.status()).isEqualTo(status);
                });
    }

    private void isReady() throws Exception {
        eventually(
                PATIENCE,
                () ->
                        assertThat(nobody.send("GET", "/q/health/ready", null).status())
                                .isEqualTo(200));
    }

    private void change(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void withoutItsDatabaseItLivesIsNotReadyRefusesToActAndComesBackByItself() throws Exception {
        String name = text("select current_database()");
        TestPostgres.Database elsewhere = TestPostgres.freshDatabase();
        try {
            admit(elsewhere, name, false);

            eventually(
                    Duration.ofSeconds(10),
                    () -> {
                        Reply ready = nobody.send("GET", "/q/health/ready", null);
                        assertThat(ready.status()).isEqualTo(503);
                        assertThat(ready.body()).contains("\"away\"");
                    });
            // All at once: each is refused only after the pool has tried to connect again.
            List<CompletableFuture<Void>> refusals =
                    ASKS.stream()
                            .map(ask -> ask.later().thenAccept(reply -> isAway(ask, reply)))
                            .toList();
            for (CompletableFuture<Void> refusal : refusals) {
                refusal.get(20, TimeUnit.SECONDS);
            }
            assertThat(nobody.send("GET", "/q/health/live", null).status()).isEqualTo(200);
            assertThat(nobody.send("GET", "/q/health/started", null).status()).isEqualTo(200);
            // The doctor comes without a database, too.
            Reply doctor = ServiceClient.as(TestTokens.OPERATOR).send("GET", Paths.DOCTOR, null);
            assertThat(doctor.body()).contains("DATABASE_AWAY");
        } finally {
            admit(elsewhere, name, true);
            // Other tests borrow from the same pool; its connections were cut too.
            database.flush(AgroalDataSource.FlushMode.ALL);
        }
        isReady();
    }

    @Test
    void aPoolWithoutAFreeConnectionIsBusyAndItsDatabaseNotAway() throws Exception {
        List<CompletableFuture<?>> work;
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select pg_advisory_xact_lock(20260101)");
            work =
                    Stream.generate(() ->
                                    reactive.query(
                                                    "select cast(pg_advisory_xact_lock_shared(20260101) as text)")
                                            .execute()
                                            .toCompletionStage()
                                            .toCompletableFuture())
                            .limit(connections)
                            .collect(toList());
            eventually(
                    Duration.ofSeconds(10),
                    () -> {
                        Reply ready = nobody.send("GET", "/q/health/ready", null);
                        assertThat(ready.status()).isEqualTo(503);
                        assertThat(ready.body()).contains("\"busy\"").doesNotContain("away");
                    });
            connection.rollback();
        }
        for (CompletableFuture<?> each : work) {
            each.get(10, TimeUnit.SECONDS);
        }
        isReady();
    }

    @Test
    void aDatabaseThatHangsIsAskedOnceWhateverIsAskedOfTheServiceAndIsLeftToAnswer()
            throws Exception {
        try (LogWatch log = LogWatch.begin()) {
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("lock table flyway_schema_history in access exclusive mode");
                for (int round = 0; round < 2; round++) {
                    for (CompletableFuture<Reply> asked : readiness(3)) {
                        Reply ready = asked.get(10, TimeUnit.SECONDS);
                        assertThat(ready.status()).isEqualTo(503);
                        assertThat(ready.body()).contains("\"busy\"");
                    }
                }
                assertThat(
                                text(
                                        "select count(*) from pg_stat_activity where wait_event_type"
                                                + " = 'Lock' and query like"
                                                + " '%from flyway_schema_history%'"))
                        .isEqualTo("1");
                connection.rollback();
            }

            eventually(
                    PATIENCE,
                    () -> {
                        for (CompletableFuture<Reply> asked : readiness(connections)) {
                            assertThat(asked.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
                        }
                    });
            assertThat(log.errors()).isEmpty();
        }
    }

    private List<CompletableFuture<Reply>> readiness(int times) {
        return Stream.generate(() -> nobody.begin("GET", "/q/health/ready", null))
                .limit(times)
                .collect(toList());
    }

    @Test
    void aDatabaseThatGoesInTheMiddleOfATransactionIsAnOutageToo() throws Exception {
        Ask register = ASKS.getFirst();
        CompletableFuture<Reply> reply;
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table worker in access exclusive mode");
            reply = register.later();
            eventually(
                    Duration.ofSeconds(10),
                    () ->
                            assertThat(
                                            text(
                                                    "select count(pg_terminate_backend(pid)) from"
                                                            + " pg_stat_activity where"
                                                            + " wait_event_type = 'Lock' and query"
                                                            + " like '%insert into worker%'"))
                                    .isEqualTo("1"));
            connection.rollback();
        }

        isAway(register, reply.get(20, TimeUnit.SECONDS));
        assertThat(register.later().get(20, TimeUnit.SECONDS).status()).isEqualTo(204);
    }

    /** What workers and others ask for, each in its own way through the service. */
    private record Ask(String token, String verb, String path, String body) {
        CompletableFuture<Reply> later() {
            ServiceClient client = ServiceClient.as(token);
            return CompletableFuture.supplyAsync(
                    () -> client.send(verb, path, body, Paths.LEASE_HEADER, "lease"));
        }
    }

    private static final List<Ask> ASKS =
            List.of(
                    new Ask(
                            TestTokens.WORKER,
                            "POST",
                            Paths.WORKERS,
                            "{\"name\":\"w\",\"bootId\":\"b\"}"),
                    new Ask(
                            TestTokens.WORKER,
                            "POST",
                            Paths.CLAIMS,
                            """
                            {"worker":"w","bootId":"b","requestId":"r","lane":"LIFECYCLE",
                             "waitMillis":0}
                            """),
                    new Ask(
                            TestTokens.WORKER,
                            "POST",
                            "/v1/runs/r/heartbeat",
                            "{\"leaseId\":\"l\",\"phase\":\"APPLYING\"}"),
                    new Ask(
                            TestTokens.WORKER,
                            "POST",
                            "/v1/runs/r/log",
                            """
                            {"leaseId":"l","lines":[{"seq":1,"atMillis":1,"type":"t","text":"x"}]}
                            """),
                    new Ask(
                            TestTokens.WORKER,
                            "POST",
                            "/v1/runs/r/outcome",
                            """
                            {"leaseId":"l","result":"SUCCEEDED","retryable":false,
                             "delta":{"add":0,"change":0,"destroy":0},"tofuVersion":"1.12.6"}
                            """),
                    new Ask(
                            TestTokens.WORKER,
                            "POST",
                            "/state/kit/1/s",
                            "{\"version\":4,\"serial\":1,\"lineage\":\"x\"}"),
                    new Ask(TestTokens.WORKER, "GET", "/state/kit/1/s", ""),
                    new Ask(TestTokens.OPERATOR, "GET", "/v1/tenants", ""),
                    new Ask(
                            TestTokens.PUBLISHER,
                            "POST",
                            Paths.SHARDS,
                            "{\"publisher\":\"p\",\"bootId\":\"b\",\"atMost\":1}"));

    private static void isAway(Ask ask, Reply reply) {
        assertThat(reply.status()).as("%s: %s", ask, reply.body()).isEqualTo(503);
        assertThat(reply.code()).isEqualTo("UNAVAILABLE");
        assertThat(reply.header("Retry-After")).isNotEmpty();
    }

    private static void admit(TestPostgres.Database elsewhere, String name, boolean connections)
            throws SQLException {
        try (Connection connection = elsewhere.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("alter database " + name + " allow_connections " + connections);
            if (!connections) {
                statement.execute(
                        "select pg_terminate_backend(pid) from pg_stat_activity where datname = '"
                                + name
                                + "'");
            }
        }
    }

    private String text(String query) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                java.sql.ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
