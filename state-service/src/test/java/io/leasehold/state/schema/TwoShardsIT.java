package io.leasehold.state.schema;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.testsupport.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Eight shards become two: no row is left behind, and nobody drains until old hands are empty. */
class TwoShardsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String ROW =
            "insert into outbox (shard, topic, headers, created_at) values (5, 't', '[]', now())";
    private static final String BEFORE = "19";

    private final TestPostgres.Database database = TestPostgres.freshDatabase();

    @Test
    void aRowOfATransactionThatIsOpenMovesToo() throws Exception {
        VersionBefore.migrate(database, BEFORE);
        try (Connection open = database.connect();
                Statement statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute(ROW);
            CompletableFuture<Void> migration = waiting();
            open.commit();
            migration.get();
        }

        run(ROW);

        assertThat(text("select string_agg(shard::text, ',') from outbox")).isEqualTo("1,1");
        assertThat(text("select string_agg(shard::text, ',' order by shard) from outbox_shard"))
                .isEqualTo("0,1");
    }

    /** It has its shard already, and wants its rows next. */
    @Test
    void whoDrainsMeanwhileAndTheMigrationDoNotWaitForEachOther() throws Exception {
        VersionBefore.migrate(database, BEFORE);
        run(ROW);
        try (Connection open = database.connect();
                Statement statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute("update outbox_shard set lease_until = now() where shard = 5");
            CompletableFuture<Void> migration = waiting();
            statement.execute("delete from outbox where shard = 5");
            open.commit();
            migration.get();
        }

        assertThat(text("select count(*) from outbox")).isEqualTo("0");
    }

    @Test
    void whereAShardWasDrainedOldHoldersLoseTheirsAndNobodyGetsOneForTwentySeconds()
            throws Exception {
        VersionBefore.migrate(database, BEFORE);
        run(
                "update outbox_shard set publisher = 'p', boot_id = 'b', lease_id = 'l',"
                        + " lease_until = now() + interval '15 s' where shard = 1");
        String before = text("select clock_timestamp()");

        VersionBefore.migrateOn(database);

        assertThat(
                        text(
                                """
                                select count(*) from outbox_shard
                                where lease_id <> 'l' and publisher <> 'p' and boot_id <> 'b'
                                  and lease_until - interval '20 s' between '%s' and clock_timestamp()
                                """
                                        .formatted(before)))
                .isEqualTo("2");
    }

    @Test
    void whereNothingWasEverDrainedNobodyWaits() throws Exception {
        VersionBefore.migrateOn(database);

        assertThat(text("select count(*) from outbox_shard where lease_id is null")).isEqualTo("2");
    }

    /** The migration, at work and waiting for a lock. */
    private CompletableFuture<Void> waiting() throws Exception {
        CompletableFuture<Void> migration =
                CompletableFuture.runAsync(() -> VersionBefore.migrateOn(database));
        eventually(
                PATIENCE,
                () ->
                        assertThat(
                                        text(
                                                "select count(*) from pg_locks where not granted and database ="
                                                        + " (select oid from pg_database where datname ="
                                                        + " current_database())"))
                                .isEqualTo("1"));
        return migration;
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String text(String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
