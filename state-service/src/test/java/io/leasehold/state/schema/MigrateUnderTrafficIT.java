package io.leasehold.state.schema;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.testsupport.TestPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * This version's migrations are done while the version before is at work on the tables they touch:
 * its statements wait for a moment, and none fails.
 */
class MigrateUnderTrafficIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** In transactions as the version before makes them, each by clients of its own. */
    private static final List<List<String>> WORK =
            List.of(
                    List.of(
                            "insert into run_log (run_id, seq, at, type, line) select ?, n, now(), 'tofu', '\\x02'"
                                    + " from generate_series(1, 20) n on conflict do nothing"),
                    List.of(
                            "select l.line from run_log l join run r on r.run_id = l.run_id where l.run_id = ?",
                            "insert into audit (at, actor, action, subject, tenant_id) values (now(), 'a', 'b', ?, 'x')"),
                    List.of(
                            "insert into run (run_id, tenant_id, incarnation, stack, kind, phase, generation, revision,"
                                    + " attempt, blueprint_name, blueprint_version, worker, state_version, started_at)"
                                    + " values (?, 't', 1, 's', 'APPLY', 'CLAIMED', 1, 1, 1, 'b', '1', 'w', 1, now())",
                            "update stack set lease_run = ?, lease_beaten_at = clock_timestamp() where stack = 's'",
                            "update run set phase = 'APPLYING' where run_id = ?"),
                    List.of(
                            "insert into dead_letter (id, kind, status, code, reason, at, closed_at)"
                                    + " values (?, 'RUN', 'REPLAYED', 'c', 'r', now(), now())",
                            "insert into replay (replay_id, dead_letter_id, issued_at)"
                                    + " select id, id, now() from dead_letter where id = ?",
                            "update replay set honoured_at = now() where replay_id = ?"),
                    List.of(
                            "insert into outbox (shard, topic, key, headers, created_at)"
                                    + " values (5, ?, '', '[]', now())"),
                    List.of(
                            "update outbox_shard set lease_until = now() where shard = 5 and lease_id = ?",
                            "delete from outbox where shard = 5 and topic = ?"),
                    List.of(
                            "insert into source_partition as w (topic, topic_id, partition_no, next_offset,"
                                    + " delivered_offset, deliveries) values (?, '', 0, 0, 1, 1)"
                                    + " on conflict (topic, topic_id, partition_no) do update set deliveries = 1",
                            "update source_partition set next_offset = 2, deliveries = 0 where topic = ?"),
                    List.of(
                            "insert into state_lock (tenant_id, incarnation, stack, lock_id, info, holder, since)"
                                    + " values ('t', 1, ?, 'i', '{}', 'h', now())",
                            "delete from state_lock where stack = ?"));

    private final TestPostgres.Database database = TestPostgres.freshDatabase();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger done = new AtomicInteger();

    @Test
    void theVersionBeforeGoesOnWhileTheSchemaExpandsUnderIt() throws Exception {
        VersionBefore.migrate(database);
        seeded();
        // Closed in reverse: the clients are told that it is over before they are waited for.
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                AutoCloseable _ = () -> over.set(true)) {
            List<CompletableFuture<Void>> clients =
                    WORK.stream()
                            .flatMap(each -> List.of(each, each).stream())
                            .map(each -> CompletableFuture.runAsync(() -> goesOn(each), threads))
                            .toList();
            afterMore(200, clients);

            VersionBefore.migrateOn(database);

            afterMore(200, clients);
            over.set(true);
            CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new)).get();
        }
        assertThat(number("select count(*) from run_log where type = 'seed'")).isEqualTo(10_000);
        assertThat(number("select count(*) from run_log_rest")).isZero();
        assertThat(number("select count(distinct tableoid) from run_log")).isPositive();
        assertThat(number("select count(*) from outbox where shard >= 2")).isZero();
        assertThat(number("select count(*) from outbox")).isPositive();
    }

    private void seeded() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "insert into run_log select '0199c4f5-0000-7000-8000-000000000000', n, now(), 'seed', '\\x02'"
                            + " from generate_series(1, 10000) n");
            statement.execute(
                    "insert into stack (tenant_id, incarnation, stack, wanted, blueprint_name, blueprint_version,"
                            + " changed_at) values ('t', 1, 's', true, 'b', '1', now())");
        }
    }

    private void goesOn(List<String> transaction) {
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            while (!over.get()) {
                once(connection, transaction);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(String.join("; ", transaction), e);
        }
    }

    private void once(Connection connection, List<String> transaction) throws SQLException {
        String id = runId();
        for (String sql : transaction) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, id);
                statement.execute();
            }
        }
        connection.commit();
        done.incrementAndGet();
    }

    private static String runId() {
        UUID random = UUID.randomUUID();
        return new UUID(
                        System.currentTimeMillis() << 16 | 0x7000L,
                        random.getLeastSignificantBits())
                .toString();
    }

    private void afterMore(int transactions, List<CompletableFuture<Void>> clients)
            throws Exception {
        int from = done.get();
        eventually(
                PATIENCE,
                () -> {
                    clients.stream()
                            .filter(CompletableFuture::isDone)
                            .forEach(CompletableFuture::join);
                    assertThat(done.get()).isGreaterThan(from + transactions);
                });
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
