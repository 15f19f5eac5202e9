package io.leasehold.state.stack;

import static io.leasehold.state.TestStack.state;
import static io.leasehold.state.TestStack.thing;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestStack;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A state that a person pushed, before any run of ours applied anything. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class PersonsStateIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;

    private final String tenant = "p" + UUID.randomUUID().toString().substring(0, 13);
    private final String blueprint = "b" + UUID.randomUUID().toString().substring(0, 8);
    private final StackRef database = new StackRef(tenant, 1, "database");
    private final TestUpstream upstream = new TestUpstream();

    @BeforeEach
    void nothingIsDue() {
        worker.beginsWithNothingDue();
    }

    @Test
    void aStateFromBeforeTheStackWasManagedIsKeptAndPlannedBeforeItIsApplied() {
        register(TestBlueprints.SINGLE);
        new TestStack(database).has(state("theirs", 7, thing("theirs", "{}")));

        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));

        Claim claim = worker.mustClaim();
        assertThat(claim.stack()).isEqualTo(database);
        assertThat(claim.direct()).isFalse();
        assertThat(claim.stateVersion()).isEqualTo(1);
        assertThat(new TestStack(database).lineage()).isEqualTo("theirs");
    }

    @Test
    void whatAPersonBroughtIsDestroyedWithTheTenantThoughNoRunEverApplied() {
        register(TestBlueprints.SINGLE);
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));
        TestStack stack = new TestStack(database);
        stack.has(state(stack.lineage(), 2, thing("theirs", "{}")));

        upstream.publishes(TestUpstream.deletes(tenant, 2));

        Claim claim = worker.mustClaim();
        assertThat(claim.kind()).isEqualTo(RunKind.DESTROY);
        assertThat(claim.stateVersion()).isEqualTo(2);
    }

    @Test
    void aStackThatNeverHadInputsIsLetGoThoughAPersonBroughtAState() {
        register(TestBlueprints.PAIR);
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));
        TestStack app = new TestStack(new StackRef(tenant, 1, "app"));
        app.has(state(app.lineage(), 2, thing("theirs", "{}")));
        Claim first = worker.mustClaim();
        worker.beats(first, RunPhase.APPLYING);

        upstream.publishes(TestUpstream.deletes(tenant, 2));
        worker.succeeds(first);
        Claim destroy = worker.mustClaim();
        worker.succeeds(destroy);

        assertThat(destroy.stack()).isEqualTo(database);
        assertThat(worker.claim("boot-1", UUID.randomUUID().toString(), Lane.LIFECYCLE, 0))
                .isEmpty();
        assertThat(ledger.value("select gone_at is not null from life where tenant_id = ?", tenant))
                .isEqualTo(true);
    }

    private void register(String document) {
        TestBlueprints.registers(document, blueprint);
    }
}
