package io.leasehold.state.lease;

import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.sqlclient.Pool;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/**
 * Twenty minutes of heartbeats, as fast as they go: what the rows of runs at work cost the tables.
 */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class HotRowsIT {
    private static final int LEASES = 40;

    /** One every ten seconds. */
    private static final int BEATS = 120;

    private static final long PAGE = 8192;

    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject Pool reactive;
    @Inject AgroalDataSource database;

    @ConfigProperty(name = "leasehold.database.connections")
    int connections;

    @Test
    void twentyMinutesOfHeartbeatsLeaveTableAndIndexesAsTheyWere() throws Exception {
        worker.beginsWithNothingDue();
        for (int i = 0; i < LEASES; i++) {
            ledger.due("hot-" + UUID.randomUUID());
        }
        List<Claim> claims = new ArrayList<>();
        for (int i = 0; i < LEASES; i++) {
            Claim claim = worker.mustClaim();
            worker.beats(claim, RunPhase.APPLYING);
            claims.add(claim);
        }
        tellCounts();
        long table = size("pg_relation_size");
        long indexes = size("pg_indexes_size");
        long updates = counted("n_tup_upd");
        long hot = counted("n_tup_hot_upd");

        beat(claims);

        tellCounts();
        assertThat(counted("n_tup_upd") - updates).isGreaterThanOrEqualTo(LEASES * BEATS);
        double share = (double) (counted("n_tup_hot_upd") - hot) / (counted("n_tup_upd") - updates);
        assertThat(share).as("updates that no index heard of").isGreaterThan(0.98);
        assertThat(size("pg_relation_size") - table).isLessThanOrEqualTo(LEASES * PAGE);
        assertThat(size("pg_indexes_size")).isEqualTo(indexes);
        claims.forEach(worker::succeeds);
    }

    /**
     * Round by round and one after the other, as a fleet beats: four in a second. Several at once,
     * at hundreds of times that rate, would keep each other's dead versions alive.
     */
    private void beat(List<Claim> claims) {
        for (int round = 0; round < BEATS; round++) {
            claims.forEach(claim -> worker.beats(claim, RunPhase.APPLYING));
        }
    }

    /**
     * Lets every connection that there may be tell its counts: by itself each tells them up to ten
     * seconds later, what others did before this test too.
     */
    private void tellCounts() throws Exception {
        String tell = "select cast(pg_stat_force_next_flush() as text)";
        // All at the same time, or one connection would answer for several.
        List<CompletableFuture<?>> told =
                Stream.generate(() ->
                                reactive.query(tell + " from pg_sleep(0.2)")
                                        .execute()
                                        .toCompletionStage()
                                        .toCompletableFuture())
                        .limit(connections)
                        .collect(toList());
        for (CompletableFuture<?> each : told) {
            each.get();
        }
        try (Connection one = database.getConnection();
                Connection other = database.getConnection()) {
            for (Connection each : List.of(one, other)) {
                try (Statement statement = each.createStatement()) {
                    statement.execute(tell);
                }
            }
        }
    }

    private long size(String of) {
        return number("select " + of + "('stack')");
    }

    private long counted(String column) {
        return number("select " + column + " from pg_stat_user_tables where relname = 'stack'");
    }

    private long number(String sql) {
        return ((Number) ledger.column(sql).getFirst()).longValue();
    }
}
