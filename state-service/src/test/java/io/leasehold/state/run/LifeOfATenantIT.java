package io.leasehold.state.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.Topics;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.HeartbeatReply.Instruction;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.OutcomeRequest.Result;
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
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From events to runs to outputs, with everything in between as it is in production. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class LifeOfATenantIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Inject Ledger ledger;
    @Inject TestWorker worker;

    private final String tenant = "t" + UUID.randomUUID().toString().substring(0, 13);
    private final String blueprint = "b" + UUID.randomUUID().toString().substring(0, 8);
    private final StackRef stack = new StackRef(tenant, 1, "database");
    private final TestUpstream upstream = new TestUpstream();

    @BeforeEach
    void aBlueprintAndNothingDue() {
        worker.beginsWithNothingDue();
        TestBlueprints.registers(TestBlueprints.SINGLE, blueprint);
    }

    @Test
    void case01ANewTenantIsAppliedAndItsOutputsArePublished() {
        upstream.publishes(wants(1, 3));
        Claim claim = worker.mustClaim();
        assertThat(claim.stack()).isEqualTo(stack);
        assertThat(claim.inputs().path("size").intValue()).isEqualTo(3);
        assertThat(claim.direct()).isTrue();
        worker.beats(claim, RunPhase.APPLYING);
        worker.writesState(claim, 2, "db.internal");
        worker.succeeds(claim);

        assertThat(dispositions()).containsExactly("APPLIED");
        assertThat(observed()).isEqualTo(1L);
        JsonNode outputs = snapshots().getLast();
        assertThat(outputs.path("observedGeneration").longValue()).isEqualTo(1);
        assertThat(outputs.path("ready").booleanValue()).isTrue();
        assertThat(outputs.path("blueprint").path("name").textValue()).isEqualTo(blueprint);
        assertThat(ledger.phases(tenant))
                .containsExactly("started", "applying", "succeeded", "applied");
        assertThat(nothingDue()).isTrue();
    }

    @Test
    void case08AStormDuringARunCausesExactlyOneMore() {
        upstream.publishes(wants(1, 1));
        Claim first = worker.mustClaim();
        worker.beats(first, RunPhase.APPLYING);
        for (int generation = 2; generation <= 20; generation++) {
            upstream.publishes(wants(generation, generation));
        }
        worker.succeeds(first);
        Claim second = worker.mustClaim();
        assertThat(second.generation()).isEqualTo(20);
        assertThat(second.inputs().path("size").intValue()).isEqualTo(20);
        worker.succeeds(second);

        assertThat(nothingDue()).isTrue();
        assertThat(dispositions().getFirst()).isEqualTo("APPLIED");
        assertThat(dispositions().subList(1, 19)).containsOnly("SUPERSEDED");
        assertThat(dispositions().getLast()).isEqualTo("APPLIED");
    }

    @Test
    void case23AGenerationThatChangesNothingIsServedWithoutARun() {
        upstream.publishes(wants(1, 3));
        worker.succeeds(worker.mustClaim());
        upstream.publishes(wants(2, 3).put("name", "Acme"));

        assertThat(nothingDue()).isTrue();
        assertThat(dispositions()).containsExactly("APPLIED", "UNCHANGED");
        assertThat(snapshots())
                .extracting(snapshot -> snapshot.path("generation").longValue())
                .containsExactly(1L, 2L);
    }

    @Test
    void case09AnUpdateDuringAPlanRestartsItAndTheNewestIsApplied() {
        upstream.publishes(wants(1, 3));
        Claim first = worker.mustClaim();
        upstream.publishes(wants(2, 4));
        assertThat(worker.beats(first, RunPhase.PLANNING).instruction())
                .isEqualTo(Instruction.REPLAN);
        worker.ends(first, Result.DROPPED, null);

        Claim second = worker.mustClaim();
        assertThat(second.revision()).isEqualTo(2);
        worker.succeeds(second);
        assertThat(dispositions()).containsExactly("SUPERSEDED", "APPLIED");
        assertThat(nothingDue()).isTrue();
    }

    @Test
    void case20ATenantSuspendedDuringAPlanWaitsUntilItIsResumed() {
        upstream.publishes(wants(1, 3));
        Claim first = worker.mustClaim();
        upstream.publishes(wants(2, 3).put("lifecycle", "suspended"));
        assertThat(worker.beats(first, RunPhase.PLANNING).instruction())
                .isEqualTo(Instruction.DROP);
        worker.ends(first, Result.DROPPED, null);
        assertThat(nothingDue()).isTrue();

        upstream.publishes(wants(3, 3));
        worker.succeeds(worker.mustClaim());
        assertThat(observed()).isEqualTo(3L);
    }

    @Test
    void case12ATenantDeletedDuringAnApplyIsDestroyedAfterItWithWhatWasApplied() {
        upstream.publishes(wants(1, 3));
        Claim apply = worker.mustClaim();
        worker.beats(apply, RunPhase.APPLYING);
        upstream.publishes(TestUpstream.deletes(tenant, 2));
        assertThat(worker.beats(apply, RunPhase.APPLYING).instruction())
                .isEqualTo(Instruction.CONTINUE);
        worker.writesState(apply, 2, "db.internal");
        worker.succeeds(apply);

        Claim destroy = worker.mustClaim();
        assertThat(destroy.kind()).isEqualTo(RunKind.DESTROY);
        assertThat(destroy.inputs().path("size").intValue()).isEqualTo(3);
        worker.beats(destroy, RunPhase.APPLYING);
        worker.succeeds(destroy);

        assertThat(ledger.of(stack, "destroyed")).isEqualTo(true);
        assertThat(ledger.value("select gone_at is not null from life where tenant_id = ?", tenant))
                .isEqualTo(true);
        List<Object> records = ledger.published(Topics.STACK_OUTPUTS, stack.key());
        assertThat(records.getLast()).as("the tombstone").isEqualTo("null");
        assertThat((String) records.get(records.size() - 2)).contains("destroying");
        assertThat(dispositions().getLast()).isEqualTo("APPLIED");
        assertThat(nothingDue()).isTrue();
    }

    @Test
    void aFailureForGoodEndsTheEventAndANewGenerationTriesAgainWithEqualInputs() {
        upstream.publishes(wants(1, 3));
        worker.fails(worker.mustClaim(), "CONFIG");
        assertThat(dispositions()).containsExactly("FAILED");
        assertThat(nothingDue()).isTrue();

        upstream.publishes(wants(2, 3));
        Claim again = worker.mustClaim();
        assertThat(again.generation()).isEqualTo(2);
        assertThat(again.attempt()).isEqualTo(1);
        assertThat(ledger.column("select status from dead_letter where tenant_id = ?", tenant))
                .containsExactly("SUPERSEDED");
        worker.succeeds(again);
        assertThat(observed()).isEqualTo(2L);
    }

    @Test
    void case25AFailedRunThatIsReplayedAndSucceedsEndsItsEventAsApplied() {
        upstream.publishes(wants(1, 3));
        worker.fails(worker.mustClaim(), "CONFIG");
        Object letter = ledger.value("select id from dead_letter where tenant_id = ?", tenant);
        ServiceClient.Reply reply =
                ServiceClient.as(TestTokens.OPERATOR)
                        .send(
                                "POST",
                                "/v1/dead-letters/" + letter + "/replay",
                                "{\"execute\":true,\"reason\":\"mended\"}");
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        assertThat(dispositions()).containsExactly("PENDING");

        worker.succeeds(worker.mustClaim());

        assertThat(dispositions()).containsExactly("APPLIED");
        assertThat(observed()).isEqualTo(1L);
    }

    private ObjectNode wants(long generation, int size) {
        return TestUpstream.wants(tenant, generation, blueprint, size);
    }

    private boolean nothingDue() {
        return worker.claim("boot-1", "request-" + UUID.randomUUID(), Lane.LIFECYCLE, 0).isEmpty();
    }

    private List<Object> dispositions() {
        return ledger.column(
                "select disposition from tenant_event where tenant_id = ? order by id", tenant);
    }

    private Object observed() {
        return String.valueOf(
                        ledger.value(
                                "select observed_generation from life where tenant_id = ?", tenant))
                .transform(Long::valueOf);
    }

    private List<JsonNode> snapshots() {
        List<JsonNode> snapshots = new ArrayList<>();
        for (Object text : ledger.published(Topics.STACK_OUTPUTS, stack.key())) {
            try {
                snapshots.add(JSON.readTree((String) text));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }
        return snapshots;
    }
}
