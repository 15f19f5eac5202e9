package io.leasehold.state.tfstate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was built by hand comes under management: its state is brought to the address that the stack
 * will have, before or after the tenant's first event, and the stack's runs go on from it.
 */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class MigrationIT {
    private static final String LOCAL = Tofu.MODULE.replace("backend \"http\" {}", "");

    @TempDir Path folder;
    @Inject Ledger ledger;
    @Inject TestWorker worker;

    private final String tenant = "m" + UUID.randomUUID().toString().substring(0, 13);
    private final String blueprint = "b" + UUID.randomUUID().toString().substring(0, 8);
    private final StackRef stack = new StackRef(tenant, 1, "database");
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);
    private final TestUpstream upstream = new TestUpstream();
    private Tofu tofu;

    @BeforeEach
    void somethingWasBuiltByHand() throws Exception {
        worker.beginsWithNothingDue();
        TestBlueprints.registers(TestBlueprints.SINGLE, blueprint);
        tofu = new Tofu(folder, operator.base() + "/state/" + stack.key());
        tofu.module(LOCAL);
        tofu.run("init").succeeded();
        tofu.run("apply -auto-approve").succeeded();
    }

    @Test
    void aStateMigratedBeforeTheFirstEventIsWhatTheFirstRunPlansOn() throws Exception {
        tofu.module(Tofu.MODULE);
        tofu.run("init -migrate-state -force-copy").succeeded();
        assertThat(tofu.run("plan -detailed-exitcode").exit()).as("nothing to do").isZero();

        upstream.publishes(wants(1));
        Claim claim = worker.mustClaim();

        assertThat(claim.stack()).isEqualTo(stack);
        assertThat(claim.kind()).isEqualTo(RunKind.APPLY);
        assertThat(claim.direct()).as("somebody looks at the plan first").isFalse();
        assertThat(ledger.of(stack, "state_version")).isEqualTo(1L);
        assertThat(ledger.column("select kind from state_version where tenant_id = ?", tenant))
                .containsExactly("PERSON");
        Tofu run = theRunsTofu(claim);
        assertThat(run.run("plan -lock=false -detailed-exitcode").exit()).isZero();
        run.run("apply -lock=false -auto-approve -var word=two").succeeded();
        worker.succeeds(claim);
        assertThat(
                        ledger.column(
                                "select kind from state_version where tenant_id = ? order by version",
                                tenant))
                .containsExactly("PERSON", "RUN");
        assertThat(ledger.value("select observed_generation from life where tenant_id = ?", tenant))
                .isEqualTo(1L);
    }

    @Test
    void aStatePushedBeforeTheFirstEventIsWhatTheFirstRunPlansOn() throws Exception {
        tofu.module(Tofu.MODULE);
        Files.move(folder.resolve("terraform.tfstate"), folder.resolve("local.json"));
        tofu.run("init").succeeded();
        tofu.run("state push local.json").succeeded();

        upstream.publishes(wants(1));

        Tofu run = theRunsTofu(worker.mustClaim());
        assertThat(run.run("plan -lock=false -detailed-exitcode").exit()).isZero();
    }

    /** The stack has a seed by then, of another lineage: the person says twice that it is meant. */
    @Test
    void aStateCanBeBroughtAfterTheFirstEventInPlaceOfTheSeed() throws Exception {
        upstream.publishes(wants(1));
        tofu.module(Tofu.MODULE);
        Files.move(folder.resolve("terraform.tfstate"), folder.resolve("local.json"));
        tofu.run("init").succeeded();
        tofu.run("state push local.json").failed();
        assertThat(tofu.run("state push -force local.json").failed().output()).contains("409");

        tofu.with(
                        "TF_HTTP_ADDRESS",
                        operator.base() + "/state/" + stack.key() + "?reason=brought+over")
                .run("state push -force local.json")
                .succeeded();

        Claim claim = worker.mustClaim();
        assertThat(claim.direct()).isFalse();
        assertThat(theRunsTofu(claim).run("plan -lock=false -detailed-exitcode").exit()).isZero();
    }

    @Test
    void noRunStartsWhileTheMigrationHoldsTheLock() {
        assertThat(
                        operator.send("LOCK", "/state/" + stack.key(), BackendStack.lockInfo("a"))
                                .status())
                .isEqualTo(200);
        upstream.publishes(wants(1));
        assertThat(worker.claim("boot-1", "r-" + UUID.randomUUID(), Lane.LIFECYCLE, 0)).isEmpty();

        operator.send("UNLOCK", "/state/" + stack.key(), BackendStack.lockInfo("a"));

        assertThat(worker.mustClaim().stack()).isEqualTo(stack);
    }

    /** Nothing of ours has run yet, but what the state names is there. */
    @Test
    void aTenantDeletedBeforeItsFirstRunIsDestroyedAndNotTakenForNeverBuilt() throws Exception {
        tofu.module(Tofu.MODULE);
        tofu.run("init -migrate-state -force-copy").succeeded();
        upstream.publishes(wants(1));

        upstream.publishes(TestUpstream.deletes(tenant, 2));

        assertThat(ledger.of(stack, "destroyed")).isEqualTo(false);
        Claim destroy = worker.mustClaim();
        assertThat(destroy.kind()).isEqualTo(RunKind.DESTROY);
        theRunsTofu(destroy).run("destroy -lock=false -auto-approve").succeeded();
        worker.succeeds(destroy);
        assertThat(ledger.of(stack, "destroyed")).isEqualTo(true);
    }

    @Test
    void aStateOfATenantThatNeverComesDisturbsNothingAndIsListed() throws Exception {
        tofu.module(Tofu.MODULE);
        tofu.run("init -migrate-state -force-copy").succeeded();

        assertThat(ledger.value("select count(*) from stack where tenant_id = ?", tenant))
                .isEqualTo(0L);
        assertThat(operator.send("GET", "/v1/tenants/" + tenant, null).status()).isEqualTo(404);
        assertThat(operator.send("GET", "/v1/states?tenant=" + tenant, null).body())
                .contains(stack.stack());
        assertThat(worker.claim("boot-1", "r-" + UUID.randomUUID(), Lane.LIFECYCLE, 0)).isEmpty();
    }

    private ObjectNode wants(long generation) {
        return TestUpstream.wants(tenant, generation, blueprint, 3);
    }

    /** Speaks as the worker's proxy does: with the credential of the run. */
    private Tofu theRunsTofu(Claim claim) throws Exception {
        // Nobody beats while tofu works: this lease is the longest.
        worker.beats(claim, RunPhase.APPLYING);
        Tofu run = tofu.with("TF_HTTP_PASSWORD", Objects.requireNonNull(claim.credential()));
        run.run("init -reconfigure").succeeded();
        return run;
    }
}
