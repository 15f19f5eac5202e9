package io.leasehold.state.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.Ledger;
import io.leasehold.state.SqlStatements;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a service that has nothing to do asks its database each second. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class IdleLooksIT {
    @Inject Ledger ledger;
    @Inject Scheduler scheduler;
    @Inject TestWorker worker;
    @Inject NextTries tries;
    @Inject AskedRuns asked;

    @BeforeEach
    void nothingIsToBeDone() {
        scheduler.pause();
        worker.beginsWithNothingDue();
        ledger.update("update stack set not_before = null where not_before is not null");
    }

    @AfterEach
    void theServiceGoesOn() {
        scheduler.resume();
    }

    @Test
    void aLookThatFindsNothingIsOneStatementThatLocksNothing() {
        try (SqlStatements statements = SqlStatements.watch()) {
            Ledger.await(tries::look);
            Ledger.await(asked::look);

            assertThat(statements.seen()).hasSize(2).noneMatch(sql -> sql.contains("advisory"));
        }
    }
}
