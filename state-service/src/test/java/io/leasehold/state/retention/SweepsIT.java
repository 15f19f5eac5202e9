package io.leasehold.state.retention;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.MutableClock;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whose turn it is, how far a round is, and what no round touches. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class SweepsIT {
    @Inject Ledger ledger;
    @Inject TestSweeps sweeps;
    @Inject AgroalDataSource database;

    private final MutableClock clock = TestSweeps.clock();
    private final String name = "w-" + UUID.randomUUID();

    @Test
    void everythingThatGrowsHasItsKind() {
        assertThat(sweeps.kinds())
                .containsExactlyInAnyOrder(
                        "audit",
                        "dead-letters",
                        "events",
                        "generations",
                        "lost-runs",
                        "plans",
                        "replays",
                        "revisions",
                        "run-logs",
                        "runs",
                        "service-starts",
                        "workers");
    }

    @Test
    @Timeout(20)
    void onlyOneProcessIsAtAKind() throws SQLException {
        silentWorker(name);
        sweeps.round("workers", clock);
        silentWorker(name);
        ledger.update("update retention set due_at = '-infinity' where sweep = 'workers'");
        try (Connection other = database.getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("select 1 from retention where sweep = 'workers' for update");

            sweeps.look("workers", clock);

            assertThat(isKnown(name)).isTrue();
            other.rollback();
        }
        sweeps.look("workers", clock);
        assertThat(isKnown(name)).isFalse();
    }

    @Test
    void aRoundIsNotBegunAgainBeforeItIsDueWhoeverLooks() {
        sweeps.round("workers", clock);
        silentWorker(name);

        sweeps.look("workers", clock);
        assertThat(isKnown(name)).isTrue();
        clock.advance(sweeps.config().sweepEvery());
        sweeps.look("workers", clock);

        assertThat(isKnown(name)).isFalse();
    }

    @Test
    void aRoundThatWasCutGoesOnWhereItWas() {
        silentWorker("a" + name);
        silentWorker("b" + name);
        sweeps.round("workers", clock);
        silentWorker("a" + name);
        silentWorker("b" + name);
        ledger.update(
                "update retention set due_at = '-infinity', position = ? where sweep = 'workers'",
                "a" + name);

        sweeps.look("workers", clock);

        assertThat(isKnown("a" + name)).isTrue();
        assertThat(isKnown("b" + name)).isFalse();
    }

    @Test
    void aWorkerWithALeaseIsNotForgotten() {
        String tenant = "t-" + UUID.randomUUID();
        ledger.due(tenant);
        silentWorker(name);
        ledger.update(
                "update stack set lease_id = 'l', lease_worker = ?, lease_run = 'r' where tenant_id = ?",
                name,
                tenant);

        sweeps.round("workers", clock);

        assertThat(isKnown(name)).isTrue();
        ledger.update("update stack set lease_id = null where tenant_id = ?", tenant);
    }

    @Test
    void aMonthOfTheAuditGoesAsAWholeWhenItsTimeIsOver() {
        // Not over by this machine's clock, so that only this test lets it go.
        LocalDate month =
                LocalDate.ofInstant(clock.instant().minus(sweeps.config().audit()), ZoneOffset.UTC)
                        .withDayOfMonth(1);
        ledger.column("select cast(audit_partition(cast(? as date)) as text)", month.toString());
        Instant in = month.plusDays(3).atStartOfDay().toInstant(ZoneOffset.UTC);
        ledger.update(
                "insert into audit (at, actor, action, subject) values (to_timestamp(? / 1000.0), ?, 'a', 's')",
                in.toEpochMilli(),
                name);
        ledger.update(
                "insert into audit (at, actor, action, subject) values (now(), ?, 'a', 's')", name);
        Instant over =
                month.plusMonths(1)
                        .atStartOfDay()
                        .toInstant(ZoneOffset.UTC)
                        .plus(sweeps.config().audit());

        clock.set(over.minusMillis(1));
        sweeps.round("audit", clock);
        assertThat(entries()).isEqualTo(2L);
        clock.set(over);
        sweeps.round("audit", clock);

        assertThat(entries()).isEqualTo(1L);
    }

    @Test
    void whatIsNotYetPublishedIsNeverTooOld() {
        ledger.update(
                """
                insert into outbox (shard, topic, key, headers, value, created_at)
                values (7, 'old', ?, '[]', '', now() - interval '20 years')
                """,
                name.getBytes(UTF_8));

        sweeps.kinds().forEach(kind -> sweeps.round(kind, clock));

        assertThat(ledger.published("old", name)).hasSize(1);
        ledger.update("delete from outbox where topic = 'old'");
    }

    private Object entries() {
        return ledger.column("select count(*) from audit where actor = ?", name).getFirst();
    }

    private void silentWorker(String worker) {
        Duration silent = sweeps.config().workers().plusHours(1);
        ledger.update(
                """
                insert into worker (name, boot_id, registered_at, last_seen)
                values (?, 'b', now(), to_timestamp(? / 1000.0))
                """,
                worker,
                clock.instant().minus(silent).toEpochMilli());
    }

    private boolean isKnown(String worker) {
        return !List.of().equals(ledger.column("select name from worker where name = ?", worker));
    }
}
