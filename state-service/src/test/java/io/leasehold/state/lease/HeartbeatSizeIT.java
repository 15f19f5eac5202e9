package io.leasehold.state.lease;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * An hour of heartbeats in fast motion: what they write takes the place of what they wrote before.
 */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class HeartbeatSizeIT {
    private static final int RUNS = 10;

    /** One in ten seconds. */
    private static final int BEATS = 360;

    private static final long PAGE = 8192;

    @Inject Ledger ledger;
    @Inject TestWorker worker;

    @Test
    void anHourOfHeartbeatsLeavesTheTableAndItsIndexesAsTheyAre() throws Exception {
        worker.beginsWithNothingDue();
        List<Claim> claims = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            ledger.due("h-" + UUID.randomUUID());
            claims.add(worker.mustClaim());
        }
        claims.forEach(claim -> worker.beats(claim, RunPhase.APPLYING));
        eventually(Duration.ofSeconds(10), () -> assertThat(number("updated")).isPositive());
        long table = size("pg_relation_size");
        long indexes = size("pg_indexes_size");
        long updated = number("updated");
        long inPlace = number("hot_updated");

        CompletableFuture.allOf(
                        claims.stream()
                                .map(claim -> CompletableFuture.runAsync(() -> beats(claim)))
                                .toArray(CompletableFuture[]::new))
                .get();

        // What was counted is told by each connection within a second or so.
        eventually(
                Duration.ofSeconds(20),
                () -> assertThat(number("updated") - updated).isGreaterThanOrEqualTo(RUNS * BEATS));
        assertThat(size("pg_relation_size") - table).isLessThanOrEqualTo(RUNS * PAGE);
        assertThat(size("pg_indexes_size")).isEqualTo(indexes);
        assertThat(number("hot_updated") - inPlace)
                .as("beats that touched no index")
                .isGreaterThanOrEqualTo(RUNS * BEATS * 9 / 10);
        claims.forEach(worker::succeeds);
    }

    private void beats(Claim claim) {
        for (int beat = 0; beat < BEATS; beat++) {
            worker.beats(claim, RunPhase.APPLYING);
        }
    }

    private long size(String of) {
        return (Long) ledger.column("select " + of + "('stack')").getFirst();
    }

    private long number(String of) {
        return (Long)
                ledger.column("select pg_stat_get_tuples_" + of + "(cast('stack' as regclass))")
                        .getFirst();
    }
}
