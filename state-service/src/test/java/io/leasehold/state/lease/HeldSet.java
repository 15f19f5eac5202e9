package io.leasehold.state.lease;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.leasehold.ledger.api.Claim;
import io.leasehold.state.Ledger;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A set of one claim that is held at work by a lock on the cap {@code gate} of its stack. Tests
 * have two connections in all, so a lock that is to be there for longer is taken by the same one
 * before.
 */
record HeldSet(
        Ledger ledger, Connection other, Savepoint before, CompletableFuture<Optional<Claim>> claim)
        implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(10);

    /** Returns when the claim waits for the lock. */
    static HeldSet begin(
            Ledger ledger,
            AgroalDataSource database,
            Supplier<CompletableFuture<Optional<Claim>>> claim,
            String... otherLocks)
            throws Exception {
        Connection other = database.getConnection();
        other.setAutoCommit(false);
        for (String cap : otherLocks) {
            lock(other, cap);
        }
        Savepoint before = other.setSavepoint();
        lock(other, "gate");
        HeldSet held = new HeldSet(ledger, other, before, claim.get());
        try {
            held.awaitNext();
        } catch (AssertionError none) {
            held.close();
            throw none;
        }
        return held;
    }

    private static void lock(Connection other, String cap) throws SQLException {
        try (Statement statement = other.createStatement()) {
            statement.execute("select 1 from cap where name = '%s' for update".formatted(cap));
        }
    }

    /** Waits for a set that waits for one of the locks. */
    void awaitNext() throws Exception {
        eventually(
                SOON,
                () ->
                        assertThat(
                                        ledger.column(
                                                "select 1 from pg_stat_activity where wait_event_type = 'Lock'"
                                                        + " and query like '%from cap%'"))
                                .hasSize(1));
    }

    /** Lets go of this set only. */
    void opens() throws SQLException {
        other.rollback(before);
        assertThat(claim.join()).isPresent();
    }

    void letsAllGo() throws SQLException {
        other.rollback();
    }

    @Override
    public void close() throws SQLException {
        letsAllGo();
        other.close();
        assertThat(claim.join()).isPresent();
    }
}
