package io.leasehold.state.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.Claim;
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
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the event to the ends of its runs, with the database and without tofu. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class DeliveryIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject ObjectMapper json;

    private final String tenant = "t-" + UUID.randomUUID();
    private final String blueprint = "b-" + UUID.randomUUID();
    private final TestUpstream upstream = new TestUpstream();
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);

    @BeforeEach
    void aBlueprintOfTwoStacksAndNothingDue() {
        worker.beginsWithNothingDue();
        TestBlueprints.registers(TestBlueprints.PAIR, blueprint);
    }

    private void built() {
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));
        Claim database = worker.mustClaim();
        worker.writesState(database, 2, "db.internal");
        worker.succeeds(database);
        worker.succeeds(worker.mustClaim());
    }

    @Test
    void aDependantIsBuiltFromTheOutputsOfTheStackBeforeIt() {
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));
        Claim database = worker.mustClaim();
        assertThat(database.stack().stack()).isEqualTo("database");
        assertThat(database.inputs().toString())
                .isEqualTo("{\"size\":3,\"tenant_id\":\"" + tenant + "\"}");
        assertThat(database.stateVersion()).isEqualTo(1);
        assertThat(view().path("waitingFor").path(0).asText())
                .isEqualTo("app: waits for database, which must be applied first");
        worker.writesState(database, 2, "db.internal");
        worker.succeeds(database);

        Claim app = worker.mustClaim();
        assertThat(app.stack().stack()).isEqualTo("app");
        assertThat(app.inputs().path("url").asText()).isEqualTo("postgres://db.internal/" + tenant);
        worker.succeeds(app);

        assertThat(view().path("phase").asText()).isEqualTo("READY");
        assertThat(view().path("observedGeneration").asLong()).isEqualTo(1);
        assertThat(view().path("waitingFor")).isEmpty();
        assertThat(dispositions()).containsExactly("APPLIED");
        assertThat(ledger.phases(tenant)).last().isEqualTo("applied");
    }

    @Test
    void aGenerationWithoutAChangeServesWhoWaitsForItWithoutARun() throws JsonProcessingException {
        built();
        int runs = ledger.column("select run_id from run where tenant_id = ?", tenant).size();

        JsonNode verdict = upstream.publishes(TestUpstream.wants(tenant, 2, blueprint, 3));

        assertThat(verdict.path("disposition").asText()).isEqualTo("UNCHANGED");
        assertThat(ledger.column("select run_id from run where tenant_id = ?", tenant))
                .hasSize(runs);
        List<Object> snapshots =
                ledger.published("leasehold.stack.outputs.v1", tenant + "/1/database");
        JsonNode newest = json.readTree(String.valueOf(snapshots.getLast()));
        assertThat(snapshots).hasSize(2);
        assertThat(newest.path("generation").asLong()).isEqualTo(2);
        assertThat(newest.path("observedGeneration").asLong()).isEqualTo(2);
        assertThat(newest.path("ready").asBoolean()).isTrue();
    }

    @Test
    void anOutcomeThatChangesOutputsMakesDependantsDueInTheSameTransaction() {
        built();
        upstream.publishes(TestUpstream.wants(tenant, 2, blueprint, 4));
        Claim database = worker.mustClaim();
        worker.writesState(database, 3, "db2.internal");
        assertThat(app("revision")).isEqualTo(1L);

        worker.succeeds(database);

        assertThat(app("revision")).isEqualTo(2L);
        assertThat(app("due")).isEqualTo(true);
        assertThat(view().path("observedGeneration").asLong())
                .as("never on a promise")
                .isEqualTo(1);
        Claim app = worker.mustClaim();
        assertThat(app.inputs().path("url").asText()).startsWith("postgres://db2.internal/");
        worker.succeeds(app);
        assertThat(view().path("observedGeneration").asLong()).isEqualTo(2);
    }

    @Test
    void anOutcomeThatLeavesOutputsAsTheyWereRunsNoDependant() {
        built();
        upstream.publishes(TestUpstream.wants(tenant, 2, blueprint, 4));
        Claim database = worker.mustClaim();
        worker.writesState(database, 3, "db.internal");

        worker.succeeds(database);

        assertThat(app("revision")).isEqualTo(1L);
        assertThat(app("due")).isEqualTo(false);
        assertThat(dispositions()).containsExactly("APPLIED", "APPLIED");
        assertThat(view().path("observedGeneration").asLong()).isEqualTo(2);
    }

    private @Nullable Object app(String column) {
        return ledger.of(new StackRef(tenant, 1, "app"), column);
    }

    @Test
    void aDeleteWithdrawsAndDestroysDependantsFirst() throws JsonProcessingException {
        built();

        upstream.publishes(TestUpstream.deletes(tenant, 2));
        assertThat(view().path("phase").asText()).isEqualTo("DELETING");
        List<Object> published =
                ledger.published("leasehold.stack.outputs.v1", tenant + "/1/database");
        assertThat(json.readTree(String.valueOf(published.getLast())).path("reason").asText())
                .isEqualTo("destroying");
        Claim app = worker.mustClaim();
        assertThat(app.stack().stack()).isEqualTo("app");
        assertThat(app.kind()).isEqualTo(RunKind.DESTROY);
        worker.succeeds(app);
        Claim database = worker.mustClaim();
        assertThat(database.inputs().path("size").asInt()).isEqualTo(3);
        worker.succeeds(database);

        assertThat(view().path("phase").asText()).isEqualTo("DELETED");
        assertThat(dispositions()).containsExactly("APPLIED", "APPLIED");
    }

    @Test
    void aDeleteDuringAnApplyWaitsForItAndDestroysWhatItMade() {
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));
        Claim database = worker.mustClaim();
        worker.beats(database, RunPhase.APPLYING);
        upstream.publishes(TestUpstream.deletes(tenant, 2));

        worker.writesState(database, 2, "db.internal");
        worker.succeeds(database);

        Claim destroy = worker.mustClaim();
        assertThat(destroy.kind()).isEqualTo(RunKind.DESTROY);
        assertThat(destroy.stack().stack()).isEqualTo("database");
        worker.succeeds(destroy);
        assertThat(view().path("phase").asText()).isEqualTo("DELETED");
    }

    @Test
    void aFailureForGoodIsSaidAndANewerGenerationIsANewAttempt() {
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));
        worker.fails(worker.mustClaim(), "CONFIG");
        assertThat(dispositions()).containsExactly("FAILED");
        assertThat(view().path("phase").asText()).isEqualTo("FAILED");
        assertThat(view().path("waitingFor").path(0).asText())
                .isEqualTo("app: waits for database, which failed (CONFIG)");

        upstream.publishes(TestUpstream.wants(tenant, 2, blueprint, 3));

        Claim again = worker.mustClaim();
        assertThat(again.revision()).isEqualTo(2);
        assertThat(again.attempt()).isEqualTo(1);
        assertThat(ledger.column("select status from dead_letter where tenant_id = ?", tenant))
                .containsExactly("SUPERSEDED");
    }

    @Test
    void aChangeDuringARunMakesExactlyOneMore() {
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 1));
        Claim first = worker.mustClaim();
        worker.beats(first, RunPhase.APPLYING);
        for (int generation = 2; generation <= 20; generation++) {
            upstream.publishes(TestUpstream.wants(tenant, generation, blueprint, generation));
        }
        worker.writesState(first, 2, "db.internal");
        worker.succeeds(first);

        Claim second = worker.mustClaim();
        assertThat(second.inputs().path("size").asInt()).isEqualTo(20);
        worker.succeeds(second);
        assertThat(worker.mustClaim().stack().stack()).isEqualTo("app");
    }

    @Test
    void theNextLifeBeginsWhenTheDestroyOfThePreviousHasEnded() {
        built();
        upstream.publishes(TestUpstream.deletes(tenant, 2));
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3).put("incarnation", 2));
        assertThat(view().path("phase").asText()).isEqualTo("WAITING");
        worker.succeeds(worker.mustClaim());
        worker.succeeds(worker.mustClaim());

        Claim second = worker.mustClaim();

        assertThat(second.stack().incarnation()).isEqualTo(2);
        assertThat(view().path("phase").asText()).isEqualTo("PROGRESSING");
    }

    private JsonNode view() {
        return operator.send("GET", "/v1/tenants/" + tenant, null).json();
    }

    private List<Object> dispositions() {
        return ledger.column(
                "select disposition from tenant_event where tenant_id = ? order by id", tenant);
    }
}
