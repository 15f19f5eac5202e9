package io.leasehold.state.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.Topics;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.RunPhase;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators repair after upstream sent a wrong number, on a real ledger. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class RepairsIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject WaitingLives waiting;

    private final String tenant = "t-" + UUID.randomUUID();
    private final String blueprint = "b-" + UUID.randomUUID();
    private final TestUpstream upstream = new TestUpstream();
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);

    @BeforeEach
    void aBlueprintAndNothingDue() {
        worker.beginsWithNothingDue();
        TestBlueprints.registers(TestBlueprints.SINGLE, blueprint);
    }

    private ObjectNode wants(long generation, int size) {
        return TestUpstream.wants(tenant, generation, blueprint, size);
    }

    private void built(long generation, int size) {
        upstream.publishes(wants(generation, size));
        Claim claim = worker.mustClaim();
        worker.writesState(claim, 2, "db.internal");
        worker.succeeds(claim);
    }

    @Test
    void aBadGenerationIsSetBackAndTheNextEventIsAccepted() {
        built(900_000, 3);
        assertThat(publishes(wants(6, 4))).isEqualTo("STALE");

        JsonNode said = setGeneration(5, false);
        assertThat(said.path("executed").asBoolean()).isFalse();
        assertThat(said.path("what").asText()).contains("is wanted at generation 900000");
        assertThat(view().path("generation").asLong()).isEqualTo(900_000);

        assertThat(setGeneration(5, true).path("executed").asBoolean()).isTrue();
        assertThat(view().path("generation").asLong()).isEqualTo(5);
        assertThat(view().path("observedGeneration").asLong()).isEqualTo(5);
        assertThat(view().path("phase").asText()).isEqualTo("READY");

        assertThat(publishes(wants(6, 4))).isEqualTo("PENDING");
        assertThat(view().path("observedGeneration").asLong())
                .as("never on a promise")
                .isEqualTo(5);
        worker.succeeds(worker.mustClaim());
        assertThat(view().path("observedGeneration").asLong()).isEqualTo(6);
        assertThat(
                        ledger.column(
                                "select reason from audit where subject = ?",
                                tenant + "/1 from 900000 to 5"))
                .containsExactly("a typo upstream");
    }

    @Test
    void outputsAreToldAgainForGenerationsBelowTheBadOne() {
        built(900_000, 3);
        setGeneration(5, true);

        assertThat(publishes(wants(6, 3))).isEqualTo("UNCHANGED");

        assertThat(
                        ledger.column(
                                """
                                select convert_from(value, 'UTF8')::jsonb ->> 'generation' from outbox
                                where topic = ? and key = ?::bytea order by id
                                """,
                                Topics.STACK_OUTPUTS,
                                (tenant + "/1/database")
                                        .getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .containsExactly("900000", "6");
    }

    @Test
    void aRunAtWorkForTheBadGenerationEndsAsTheOneItWasSetTo() {
        upstream.publishes(wants(900_000, 3));
        Claim claim = worker.mustClaim();
        worker.beats(claim, RunPhase.APPLYING);
        setGeneration(5, true);
        assertThat(publishes(wants(6, 4))).isEqualTo("PENDING");

        worker.succeeds(claim);

        assertThat(view().path("observedGeneration").asLong()).isEqualTo(5);
        assertThat(dispositions()).containsExactly("APPLIED", "PENDING");
    }

    @Test
    void whatWasReadBeforeStaysSkippedAndAFailedRunCanBeReplayed() {
        upstream.publishes(wants(900_000, 3));
        worker.fails(worker.mustClaim(), "CONFIG");
        assertThat(publishes(wants(6, 4))).isEqualTo("STALE");

        setGeneration(0, true);

        assertThat(view().path("generation").asLong()).isZero();
        assertThat(dispositions()).containsExactly("FAILED", "STALE");
        Object letter = ledger.value("select id from dead_letter where tenant_id = ?", tenant);
        assertThat(act("/v1/dead-letters/" + letter + "/replay", "").path("what").asText())
                .contains("new attempt");
        assertThat(publishes(wants(1, 5))).isEqualTo("PENDING");
    }

    @Test
    void aGenerationSetUpLeavesWhatIsThereInPlace() {
        built(5, 3);

        setGeneration(40, true);

        assertThat(view().path("observedGeneration").asLong()).isEqualTo(40);
        assertThat(worker.claim("boot-1", "r-" + tenant, io.leasehold.ledger.api.Lane.LIFECYCLE, 0))
                .isEmpty();
        assertThat(publishes(wants(40, 3))).isEqualTo("DUPLICATE");
        assertThat(publishes(wants(39, 4))).isEqualTo("STALE");
    }

    @Test
    void aLifeThatIsInTheWayIsLetGoAsItStandsAndTheNextBegins() {
        built(1, 3);
        upstream.publishes(wants(1, 3).put("incarnation", 2));

        assertThat(abandon(1, false).path("what").asText()).contains("as it stands");
        assertThat(view().path("phase").asText()).isEqualTo("WAITING");
        assertThat(abandon(1, true).path("executed").asBoolean()).isTrue();

        Claim second = worker.mustClaim();
        assertThat(second.stack().incarnation()).isEqualTo(2);
        assertThat(
                        ledger.value(
                                "select waiting_code from stack where tenant_id = ? and incarnation = 1",
                                tenant))
                .isEqualTo("RETAINED");
        List<Object> outputs = ledger.published(Topics.STACK_OUTPUTS, tenant + "/1/database");
        assertThat((String) outputs.get(1)).contains("retained");
        assertThat(ledger.column("select action from audit where subject = ?", tenant + "/1"))
                .containsExactly("abandon-life");
        assertThat(dispositions().getFirst()).isEqualTo("APPLIED");
    }

    @Test
    void aLifeWhoseDestroyFailedForGoodCanBeLetGo() {
        built(1, 3);
        upstream.publishes(TestUpstream.deletes(tenant, 2));
        upstream.publishes(wants(1, 3).put("incarnation", 2));
        worker.fails(worker.mustClaim(), "CONFIG");
        assertThat(view().path("phase").asText()).isEqualTo("WAITING");

        abandon(1, true);

        assertThat(worker.mustClaim().stack().incarnation()).isEqualTo(2);
    }

    @Test
    void aBadIncarnationThatWaitsIsRemovedAndItsNumberIsFreeAgain() {
        built(1, 3);
        upstream.publishes(wants(1, 3).put("incarnation", 7));
        assertThat(publishes(wants(2, 4))).isEqualTo("STALE");

        assertThat(abandon(7, false).path("what").asText()).contains("number is free again");
        abandon(7, true);

        assertThat(view().path("incarnation").asInt()).isEqualTo(1);
        assertThat(publishes(wants(3, 4))).isEqualTo("PENDING");
        assertThat(dispositions()).containsExactly("APPLIED", "SUPERSEDED", "STALE", "PENDING");
        assertThat(ledger.phases(tenant)).contains("superseded");
        assertThat(publishes(wants(1, 3).put("incarnation", 7))).isEqualTo("PENDING");
    }

    @Test
    void aLifeThatHoldsNobodyUpIsNotAbandoned() {
        built(1, 3);

        ServiceClient.Reply reply =
                operator.send(
                        "POST",
                        "/v1/tenants/" + tenant + "/abandon",
                        "{\"incarnation\":1,\"execute\":true,\"reason\":\"tired of it\"}");

        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.code()).isEqualTo("NOT_IN_THE_WAY");
    }

    @Test
    void aRepairNeedsAReasonToBeDone() {
        upstream.publishes(wants(1, 3));

        ServiceClient.Reply reply =
                operator.send(
                        "POST",
                        "/v1/tenants/" + tenant + "/generation",
                        "{\"generation\":5,\"execute\":true,\"reason\":\" \"}");

        assertThat(reply.code()).isEqualTo("REASON_MISSING");
        assertThat(view().path("generation").asLong()).isEqualTo(1);
    }

    @Test
    void operatorsHearOfALifeThatWaitsForAnHourOnce() {
        upstream.publishes(wants(1, 3));
        upstream.publishes(wants(1, 3).put("incarnation", 2));
        Ledger.await(() -> waiting.look());
        assertThat(alarms()).as("not at once").isEmpty();
        ledger.update(
                "update life set waiting_since = waiting_since - interval '61 minutes'"
                        + " where tenant_id = ? and incarnation = 2",
                tenant);

        Ledger.await(() -> waiting.look());
        Ledger.await(() -> waiting.look());

        assertThat(alarms()).containsExactly("alarm-previous-incarnation");
    }

    private List<Object> alarms() {
        return ledger.column("select action from audit where subject = ?", tenant + "/2");
    }

    private String publishes(ObjectNode data) {
        return upstream.publishes(data).path("disposition").asText();
    }

    private List<Object> dispositions() {
        return ledger.column(
                "select disposition from tenant_event where tenant_id = ? order by id", tenant);
    }

    private JsonNode view() {
        return operator.send("GET", "/v1/tenants/" + tenant, null).json();
    }

    private JsonNode setGeneration(long generation, boolean execute) {
        return act(
                "/v1/tenants/" + tenant + "/generation",
                "\"generation\":%d,\"execute\":%b,".formatted(generation, execute));
    }

    private JsonNode abandon(int incarnation, boolean execute) {
        return act(
                "/v1/tenants/" + tenant + "/abandon",
                "\"incarnation\":%d,\"execute\":%b,".formatted(incarnation, execute));
    }

    private JsonNode act(String path, String fields) {
        ServiceClient.Reply reply =
                operator.send("POST", path, "{" + fields + "\"reason\":\"a typo upstream\"}");
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.json();
    }
}
