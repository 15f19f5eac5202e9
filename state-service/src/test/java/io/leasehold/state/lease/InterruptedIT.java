package io.leasehold.state.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which claims are told that things may be there which no state knows of. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class InterruptedIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;

    private final String tenant = "t-" + UUID.randomUUID();

    @BeforeEach
    void nothingDue() {
        worker.beginsWithNothingDue();
    }

    @Test
    void anApplyThatWasLostAndNotMadeGoodSince() {
        StackRef stack = ledger.due(tenant);
        Claim first = worker.mustClaim();
        assertThat(first.interrupted()).isFalse();
        worker.fails(first, "WORKER_LOST");

        Claim again = worker.mustClaim();
        assertThat(again.interrupted()).isTrue();
        worker.fails(again, "WORKER_LOST");

        ledger.newer(stack, 2, false);
        Claim destroy = worker.mustClaim();
        assertThat(destroy.kind()).isEqualTo(RunKind.DESTROY);
        assertThat(destroy.interrupted()).isTrue();
    }

    @Test
    void anApplyWhoseStateIsNotThere() {
        StackRef stack = ledger.due(tenant);
        Claim first = worker.mustClaim();
        worker.beats(first, RunPhase.APPLYING);
        worker.fails(first, "STATE_WRITE_FAILED");

        ledger.newer(stack, 2, true);

        assertThat(worker.mustClaim().interrupted()).isTrue();
    }

    @Test
    void aDestroyThatWasLostHasMadeNothing() {
        StackRef stack = ledger.due(tenant);
        worker.succeeds(worker.mustClaim());
        ledger.newer(stack, 2, false);
        Claim destroy = worker.mustClaim();
        assertThat(destroy.kind()).isEqualTo(RunKind.DESTROY);
        worker.fails(destroy, "WORKER_LOST");

        assertThat(worker.mustClaim().interrupted()).isFalse();
    }
}
