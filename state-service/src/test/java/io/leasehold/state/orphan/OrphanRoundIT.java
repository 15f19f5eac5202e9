package io.leasehold.state.orphan;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.leasehold.ledger.api.Claim;
import io.leasehold.state.Ledger;
import io.leasehold.state.SqlStatements;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.hibernate.reactive.mutiny.Mutiny;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the ledger looks: by whom, how often, and what it does with what it cannot open. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class OrphanRoundIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject OrphanSettler settler;
    @Inject OrphanLook look;
    @Inject LookRows rows;
    @Inject Scheduler scheduler;
    @Inject AgroalDataSource database;
    @Inject Mutiny.SessionFactory sessions;

    private OrphanScene scene;
    private Claim lost;

    @BeforeEach
    void aRunThatLostItsLease() {
        scene = new OrphanScene(ledger, worker).applied();
        lost = scene.losesItsLease();
    }

    @Test
    void oneThatCannotBeOpenedToBeAdoptedIsNotTriedAgain() {
        scene.handsIn(lost, 3, "db=i-1", "late=i-2");

        assertUnreadable();
    }

    @Test
    void oneThatCannotBeOpenedToBeComparedIsNotTriedAgain() {
        scene.stack.has(scene.owning(3, "db=i-1"));
        scene.handsIn(lost, 5, "db=i-1", "late=i-2");

        assertUnreadable();
    }

    private void assertUnreadable() {
        ledger.update(
                "update state_version set bytes = '\\x0000' where tenant_id = ? and kind = 'ORPHAN'",
                scene.tenant);
        scheduler.pause();
        try {
            looks();
            assertThat(scene.finding()).isEqualTo("UNREADABLE");
            try (SqlStatements statements = SqlStatements.watch()) {
                looks();
                assertThat(statements.seen()).hasSize(1);
            }
        } finally {
            scheduler.resume();
        }
    }

    @Test
    void oneProcessLooksAtATime() throws SQLException {
        scene.handsIn(lost, 3, "db=i-1", "late=i-2");
        try (Connection other = database.getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("select pg_advisory_xact_lock(%d)".formatted(OrphanSettler.MINE));

            looks();
            assertThat(scene.finding()).isEmpty();

            other.rollback();
        }
        looks();
        assertThat(scene.open()).isEmpty();
    }

    @Test
    void whoHandsItInDoesNotWaitForAComparison() {
        scene.handsIn(lost, 3, "db=i-1", "late=i-2");
        assertThat(unopened(3)).isTrue();

        scene.stack.has(scene.owning(3, "db=i-1"));

        assertThat(unopened(3)).isFalse();
    }

    @Test
    void onlyAnotherCodeIsSaidAgain() {
        scene.handsIn(lost, 3, "db=i-1", "late=i-2");

        assertThat(noted("OWNS_MORE", "a")).isTrue();
        assertThat(noted("OWNS_MORE", "b")).isFalse();
        assertThat(noted("TAKEN_OVER", "b")).isTrue();
    }

    private boolean noted(String code, String what) {
        return Ledger.await(() ->
                sessions.withTransaction((session, _) ->
                        rows.note(session, key(3), "basis", new Finding(code, what))));
    }

    /** Whether it can be decided without one. */
    private boolean unopened(long version) {
        return Ledger.await(() -> look.judgedUnopened(key(version))).isPresent();
    }

    private LookRows.Key key(long version) {
        return new LookRows.Key(scene.ref, version);
    }

    private void looks() {
        Ledger.await(settler::round);
    }
}
