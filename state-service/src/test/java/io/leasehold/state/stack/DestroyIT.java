package io.leasehold.state.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.RunKind;
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
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is destroyed is destroyed with what was applied, whatever is wanted by then. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class DestroyIT {
    /** The same stack with another name for its variable and for its input. */
    private static final String RENAMED =
            TestBlueprints.SINGLE
                    .replace("size: { type", "capacity: { type")
                    .replace("required: [size]", "required: [capacity]")
                    .replace("size: \"${var.size}\"", "capacity: \"${var.capacity}\"");

    @Inject Ledger ledger;
    @Inject TestWorker worker;

    private final String tenant = "t-" + UUID.randomUUID();
    private final String blueprint = "b-" + UUID.randomUUID();
    private final TestUpstream upstream = new TestUpstream();

    @BeforeEach
    void nothingDue() {
        worker.beginsWithNothingDue();
    }

    private void register(String yaml, String version) {
        ServiceClient.Reply reply =
                ServiceClient.as(TestTokens.OPERATOR)
                        .send(
                                "POST",
                                "/v1/blueprints",
                                TestBlueprints.registration(yaml, blueprint, version, version));
        assertThat(reply.status()).as(reply.body()).isEqualTo(201);
    }

    private ObjectNode wants(long generation, String version, int size) {
        ObjectNode data = TestUpstream.wants(tenant, generation, blueprint, size);
        data.withObject("blueprint").put("version", version);
        return data;
    }

    private Claim built(String yaml) {
        register(yaml, "1.0.0");
        upstream.publishes(wants(1, "1.0.0", 3));
        Claim database = worker.mustClaim();
        worker.writesState(database, 2, "db.internal");
        worker.succeeds(database);
        return database;
    }

    private static void usesWhatWasApplied(Claim destroy, Claim applied) {
        assertThat(destroy.kind()).isEqualTo(RunKind.DESTROY);
        assertThat(destroy.moduleDigest()).isEqualTo(applied.moduleDigest());
        assertThat(destroy.inputs()).isEqualTo(applied.inputs());
        assertThat(destroy.blueprintVersion()).isEqualTo(applied.blueprintVersion());
    }

    @Test
    void aChangedBlueprintThatWasNeverAppliedIsNotUsed() {
        Claim applied = built(TestBlueprints.SINGLE);
        register(TestBlueprints.SINGLE, "2.0.0");
        upstream.publishes(wants(2, "2.0.0", 9));
        assertThat(ledger.of(applied.stack(), "revision")).isEqualTo(2L);

        upstream.publishes(TestUpstream.deletes(tenant, 3));

        usesWhatWasApplied(worker.mustClaim(), applied);
    }

    @Test
    void aChangedBlueprintWhoseApplyFailedIsNotUsed() {
        Claim applied = built(TestBlueprints.SINGLE);
        register(TestBlueprints.SINGLE, "2.0.0");
        upstream.publishes(wants(2, "2.0.0", 9));
        Claim failed = worker.mustClaim();
        assertThat(failed.moduleDigest()).isNotEqualTo(applied.moduleDigest());
        worker.fails(failed, "CONFIG");

        upstream.publishes(TestUpstream.deletes(tenant, 3));

        usesWhatWasApplied(worker.mustClaim(), applied);
    }

    @Test
    void aRenamedVariableDoesNotReachTheModuleThatNeverKnewIt() {
        Claim applied = built(TestBlueprints.SINGLE);
        register(RENAMED, "2.0.0");
        ObjectNode renamed = wants(2, "2.0.0", 3);
        renamed.putObject("variables").put("capacity", 9);
        upstream.publishes(renamed);

        upstream.publishes(TestUpstream.deletes(tenant, 3));

        Claim destroy = worker.mustClaim();
        usesWhatWasApplied(destroy, applied);
        assertThat(destroy.inputs().path("size").asInt()).isEqualTo(3);
        assertThat(destroy.inputs().has("capacity")).isFalse();
        worker.succeeds(destroy);
        assertThat(phase()).isEqualTo("DELETED");
    }

    @Test
    void aStackThatTheNewBlueprintNoLongerHasIsDestroyedWithWhatItWasBuiltFrom() {
        built(TestBlueprints.PAIR);
        Claim app = worker.mustClaim();
        worker.succeeds(app);
        register(TestBlueprints.SINGLE, "2.0.0");

        upstream.publishes(wants(2, "2.0.0", 3));

        Claim first = worker.mustClaim();
        Claim second = worker.mustClaim();
        boolean destroyFirst = first.kind() == RunKind.DESTROY;
        Claim destroy = destroyFirst ? first : second;
        Claim apply = destroyFirst ? second : first;
        usesWhatWasApplied(destroy, app);
        assertThat(destroy.stack().stack()).isEqualTo("app");
        assertThat(apply.stack().stack()).isEqualTo("database");
        worker.succeeds(destroy);
        worker.succeeds(apply);
        assertThat(phase()).isEqualTo("READY");
        assertThat(view().path("observedGeneration").asLong()).isEqualTo(2);
    }

    @Test
    void whatWasNeverAppliedIsDestroyedWithWhatWasTried() {
        register(TestBlueprints.SINGLE, "1.0.0");
        upstream.publishes(wants(1, "1.0.0", 3));
        Claim tried = worker.mustClaim();
        worker.fails(tried, "CONFIG");

        upstream.publishes(TestUpstream.deletes(tenant, 2));

        usesWhatWasApplied(worker.mustClaim(), tried);
    }

    private String phase() {
        return view().path("phase").asText();
    }

    private JsonNode view() {
        return ServiceClient.as(TestTokens.OPERATOR)
                .send("GET", "/v1/tenants/" + tenant, null)
                .json();
    }
}
