package io.leasehold.state.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.Ledger;
import io.leasehold.state.SqlStatements;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class IdleBreakersIT {
    @Inject Scheduler scheduler;
    @Inject AlikeTenants tenants;
    @Inject BreakerTick tick;

    @BeforeEach
    void noneIsOpen() {
        scheduler.pause();
        tenants.beginAnew();
    }

    @AfterEach
    void theServiceGoesOn() {
        scheduler.resume();
    }

    @Test
    void aLookAtNoBreakersTakesNoTurnAndLocksNothing() {
        try (SqlStatements statements = SqlStatements.watch()) {
            Ledger.await(tick::look);

            assertThat(statements.seen()).hasSize(2).noneMatch(sql -> sql.contains("for update"));
        }
    }
}
