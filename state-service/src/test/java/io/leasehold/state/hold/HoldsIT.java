package io.leasehold.state.hold;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.HeartbeatReply.Instruction;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.OutcomeRequest.Result;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class HoldsIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject HoldEnds ends;

    private final String tenant = "t-" + UUID.randomUUID();
    private final String blueprint = "b-" + UUID.randomUUID();
    private final TestUpstream upstream = new TestUpstream();
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);

    @BeforeEach
    void aTenantOfTwoStacksWithTheFirstDue() {
        worker.beginsWithNothingDue();
        operator.send(
                "POST",
                "/v1/blueprints",
                TestBlueprints.registration(TestBlueprints.PAIR, blueprint, "1.0.0"));
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));
    }

    private Reply post(String path, String body) {
        return operator.send("POST", path, body.replace('\'', '"'));
    }

    private Reply stack(String verb, String body) {
        return post("/v1/stacks/" + tenant + "/1/database/" + verb, body);
    }

    private Reply life(String verb, String body) {
        return post("/v1/tenants/" + tenant + "/1/" + verb, body);
    }

    private JsonNode view() {
        return operator.send("GET", "/v1/tenants/" + tenant, null).json();
    }

    private String waits() {
        return view().path("waitingFor")
                .valueStream()
                .map(JsonNode::asText)
                .filter(line -> line.startsWith("database: "))
                .findFirst()
                .orElse("");
    }

    private Optional<Claim> claim() {
        return worker.claim("boot-1", UUID.randomUUID().toString(), Lane.LIFECYCLE, 0);
    }

    private Object audited(String action) {
        return String.valueOf(
                ledger.value(
                        "select actor || ': ' || reason from audit where action = ? and subject like ?",
                        action,
                        tenant + "%"));
    }

    @Test
    void nothingRunsOnAHeldStackUntilItIsLetGo() {
        Reply held = stack("hold", "{'reason':'the disk is being moved'}");

        assertThat(held.status()).as(held.body()).isEqualTo(200);
        assertThat(held.json().path("stacks").toString()).isEqualTo("[\"database\"]");
        assertThat(claim()).isEmpty();
        assertThat(waits())
                .matches(
                        "database: held \\(OPERATOR\\) by the-operator since .*Z: the disk is being"
                                + " moved");
        assertThat(view().path("phase").asText()).isEqualTo("WAITING");
        assertThat(audited("hold")).isEqualTo("the-operator: the disk is being moved");

        Reply free = stack("unhold", "{'reason':'it is moved'}");

        assertThat(free.json().path("what").asText()).isEqualTo("Let go: database.");
        assertThat(claim().orElseThrow().stack().stack()).isEqualTo("database");
        assertThat(audited("unhold")).isEqualTo("the-operator: it is moved");
    }

    @Test
    void aHoldSaysWhatItTakesThePlaceOf() {
        assertThat(stack("hold", "{'reason':'first','until':'2100-01-02T03:04:05Z'}").body())
                .doesNotContain("takes the place");

        Reply second = life("hold", "{'reason':'second'}");

        assertThat(second.json().path("what").asText())
                .contains(
                        "This takes the place of what held before (OPERATOR, by the-operator until"
                                + " 2100-01-02T03:04:05Z: first).");
    }

    @Test
    void aHeldLifeHoldsTheStacksItComesToHaveToo() {
        life("hold", "{'reason':'the customer asked'}");
        String other = "c-" + UUID.randomUUID();
        operator.send(
                "POST",
                "/v1/blueprints",
                TestBlueprints.registration(
                        TestBlueprints.SINGLE.replace("  database:", "  storage:"),
                        other,
                        "1.0.0"));
        upstream.publishes(TestUpstream.wants(tenant, 2, other, 3));

        assertThat(
                        ledger.column(
                                "select stack from stack where tenant_id = ? and hold_code = 'OPERATOR'"
                                        + " order by stack",
                                tenant))
                .containsExactly("app", "database", "storage");
        assertThat(claim()).isEmpty();

        Reply free = life("unhold", "{'reason':'they called again'}");

        assertThat(free.json().path("what").asText()).startsWith("Let go: ").contains("storage");
        assertThat(claim().orElseThrow().stack().stack()).isEqualTo("storage");
    }

    @Test
    void aHoldEndsByItselfAtItsTime() {
        String until = Instant.now().plusSeconds(3600).toString();
        stack("hold", "{'reason':'until the backup is done','until':'" + until + "'}");
        assertThat(waits()).contains(" until " + until.substring(0, 16));
        Ledger.await(ends::look);
        assertThat(claim()).isEmpty();

        // An hour later, as far as the row knows.
        ledger.update(
                "update stack set hold_until = now() - interval '1 second' where tenant_id = ?",
                tenant);
        Ledger.await(ends::look);

        assertThat(claim().orElseThrow().stack().tenantId()).isEqualTo(tenant);
        assertThat(
                        ledger.value(
                                "select hold_code from stack where tenant_id = ? and stack = 'database'",
                                tenant))
                .isEqualTo("null");
    }

    @Test
    void aLifeThatCannotBeLetGoKeepsNoOtherFromIt() {
        // Many: lives are let go in no order, and this tenant should not be the first by chance.
        for (int i = 0; i < 20; i++) {
            ledger.due("broken-%d-%s".formatted(i, tenant));
        }
        // From before they are due until all is seen: the service's own look would let them go too.
        ledger.refusesChanges(
                "stack",
                "old.hold_code is not null and old.tenant_id like 'broken-%-" + tenant + "'");
        try {
            ledger.update(
                    "update stack set hold_code = 'OPERATOR', hold_until = now() - interval '1 second'"
                            + " where tenant_id like ?",
                    "%" + tenant);

            Ledger.await(ends::look);

            assertThat(
                            ledger.column(
                                    "select tenant_id from stack where tenant_id like ? and hold_code is not null",
                                    "%" + tenant))
                    .hasSize(20)
                    .doesNotContain(tenant);
        } finally {
            ledger.takesChanges("stack");
        }
    }

    @Test
    void aHoldDropsAPlanAndLetsAnApplyEnd() {
        Claim claim = worker.mustClaim();
        worker.beats(claim, RunPhase.PLANNING);
        Reply held = stack("hold", "{'reason':'wait for the others'}");
        assertThat(held.json().path("what").asText()).contains("its plan is dropped");
        assertThat(worker.beats(claim, RunPhase.APPLYING).instruction())
                .isEqualTo(Instruction.DROP);
        worker.ends(claim, Result.DROPPED, null);
        assertThat(claim()).isEmpty();

        stack("unhold", "{'reason':'they are there'}");
        Claim again = worker.mustClaim();
        worker.beats(again, RunPhase.APPLYING);
        stack("hold", "{'reason':'once more'}");

        assertThat(worker.beats(again, RunPhase.APPLYING).instruction())
                .isEqualTo(Instruction.CONTINUE);
    }

    @Test
    void aCancelIsSeenUntilTheRunEndsAndKeepsItFromComingBack() {
        Claim claim = worker.mustClaim();
        worker.beats(claim, RunPhase.APPLYING);
        String run = "/v1/runs/" + claim.runId();

        Reply asked = post(run + "/cancel", "{'reason':'wrong region'}");

        assertThat(asked.status()).as(asked.body()).isEqualTo(200);
        JsonNode cancel = operator.send("GET", run, null).json().path("cancel");
        assertThat(cancel.path("by").asText()).isEqualTo("the-operator");
        assertThat(cancel.path("reason").asText()).isEqualTo("wrong region");
        assertThat(Instant.parse(cancel.path("at").asText()))
                .isBefore(Instant.now().plusSeconds(5));
        assertThat(waits())
                .contains("a run is at work (apply, applying", "; it was asked to stop at ")
                .endsWith(" by the-operator: wrong region");
        assertThat(worker.beats(claim, RunPhase.APPLYING).instruction())
                .isEqualTo(Instruction.CANCEL);
        assertThat(audited("cancel-run")).isEqualTo("the-operator: wrong region");

        worker.ends(claim, Result.CANCELLED, null);

        assertThat(claim()).isEmpty();
        assertThat(waits())
                .contains("held (CANCELLED) by the-operator since ")
                .endsWith("wrong region");
        assertThat(ledger.phases(tenant)).last().isEqualTo("cancelled");

        // Of the whole tenant only what people hold is let go; a cancel must be meant.
        assertThat(life("unhold", "{'reason':'go on'}").json().path("what").asText())
                .contains("Still held", "CANCELLED, by the-operator: wrong region");
        assertThat(claim()).isEmpty();
        stack("unhold", "{'reason':'the region is corrected'}");
        assertThat(claim().orElseThrow().stack().stack()).isEqualTo("database");
    }

    @Test
    void aCancelIsHeardThoughTheStackWasReleasedMeanwhile() {
        Claim claim = worker.mustClaim();
        worker.beats(claim, RunPhase.APPLYING);
        post("/v1/runs/" + claim.runId() + "/cancel", "{'reason':'wrong region'}");

        stack("unhold", "{'reason':'the region is corrected'}");

        assertThat(worker.beats(claim, RunPhase.APPLYING).instruction())
                .isEqualTo(Instruction.CANCEL);
    }

    @Test
    void aCancelAskedAgainKeepsWhoAskedFirst() {
        Claim claim = worker.mustClaim();
        post("/v1/runs/" + claim.runId() + "/cancel", "{'reason':'the first'}");

        JsonNode again =
                post("/v1/runs/" + claim.runId() + "/cancel", "{'reason':'the second'}").json();

        assertThat(again.path("cancel").path("reason").asText()).isEqualTo("the first");
        assertThat(waits()).endsWith(": the first");
    }

    @Test
    void aRunThatIsNotAtWorkCannotBeCancelled() {
        Claim claim = worker.mustClaim();
        worker.fails(claim, "CONFIG");

        Reply late = post("/v1/runs/" + claim.runId() + "/cancel", "{'reason':'too late'}");

        assertThat(late.status()).isEqualTo(409);
        assertThat(late.code()).isEqualTo("RUN_NOT_AT_WORK");
        assertThat(post("/v1/runs/none/cancel", "{'reason':'no run'}").code())
                .isEqualTo("RUN_UNKNOWN");
    }

    @Test
    void whatCannotBeMeantIsRefused() {
        assertThat(stack("hold", "{'reason':' '}").code()).isEqualTo("REASON_MISSING");
        for (String until :
                new String[] {
                    "tomorrow", "2020-01-01T00:00:00Z", "PT2H", "+999999999-12-31T23:59:59Z"
                }) {
            assertThat(stack("hold", "{'reason':'why','until':'" + until + "'}").code())
                    .as(until)
                    .isEqualTo("UNTIL_INVALID");
        }
        assertThat(post("/v1/stacks/" + tenant + "/1/nothing/hold", "{'reason':'why'}").code())
                .isEqualTo("STACK_UNKNOWN");
        assertThat(post("/v1/tenants/nobody/1/hold", "{'reason':'why'}").code())
                .isEqualTo("STACK_UNKNOWN");
    }

    @Test
    void aHoldOfAnotherKindIsNotReplaced() {
        ledger.update(
                "update stack set hold_code = 'CANCELLED', hold_by = 'the ledger', hold_reason = 'it fails'"
                        + " where tenant_id = ? and stack = 'database'",
                tenant);

        Reply held = stack("hold", "{'reason':'for an hour'}");

        assertThat(held.json().path("what").asText())
                .contains("is held already (CANCELLED, by the ledger: it fails)");
        assertThat(held.json().path("stacks")).isEmpty();
    }
}
