package io.leasehold.state.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.Topics;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.HeartbeatReply.Instruction;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.OutcomeRequest.Result;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.state.TestWorker;
import io.leasehold.state.problem.Refusal;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Awkward sequences in which runs take part, by their numbers, on a real ledger. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class RunCasesIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;

    private final String tenant = "t" + UUID.randomUUID().toString().substring(0, 13);
    private final String blueprint = "b" + UUID.randomUUID().toString().substring(0, 8);
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

    @Test
    void case09AStreamOfUpdatesRestartsAPlanTwiceAndThenItIsApplied() {
        upstream.publishes(wants(1, 1));
        for (int generation = 2; generation <= 3; generation++) {
            Claim planning = worker.mustClaim();
            upstream.publishes(wants(generation, generation));
            assertThat(worker.beats(planning, RunPhase.PLANNING).instruction())
                    .isEqualTo(Instruction.REPLAN);
            worker.ends(planning, Result.DROPPED, null);
        }
        Claim third = worker.mustClaim();
        upstream.publishes(wants(4, 4));
        assertThat(worker.beats(third, RunPhase.PLANNING).instruction())
                .isEqualTo(Instruction.CONTINUE);
        assertThat(worker.beats(third, RunPhase.APPLYING).instruction())
                .isEqualTo(Instruction.CONTINUE);
        worker.succeeds(third);

        assertThat(dispositions())
                .containsExactly("SUPERSEDED", "SUPERSEDED", "APPLIED", "PENDING");
        Claim next = worker.mustClaim();
        upstream.publishes(wants(5, 5));
        assertThat(worker.beats(next, RunPhase.PLANNING).instruction())
                .as("counted anew after an apply")
                .isEqualTo(Instruction.REPLAN);
    }

    @Test
    void case18TheLifeAfterARetainedOneRunsOnAStateOfItsOwnAndAClashOfNamesIsFinal() {
        upstream.publishes(wants(1, 3));
        Claim first = worker.mustClaim();
        worker.writesState(first, 2, "db.internal");
        worker.succeeds(first);
        ObjectNode delete = TestUpstream.deletes(tenant, 2);
        delete.putObject("policy").put("deletion", "Retain");
        assertThat(upstream.publishes(delete).path("disposition").asText()).isEqualTo("APPLIED");
        upstream.publishes(wants(1, 3).put("incarnation", 2));

        Claim second = worker.mustClaim();
        assertThat(second.stack().incarnation()).isEqualTo(2);
        assertThat(second.direct()).as("nothing was ever applied of it").isTrue();
        assertThat(
                        ledger.value(
                                "select count(distinct lineage) from state_version where tenant_id = ?",
                                tenant))
                .isEqualTo(2L);
        worker.fails(second, "NAME_CONFLICT");

        assertThat(nothingDue()).isTrue();
        assertThat(ledger.column("select code from dead_letter where tenant_id = ?", tenant))
                .containsExactly("NAME_CONFLICT");
    }

    @Test
    void case31WhatIsCreatedOnceIsAppliedOnceAndLaterEventsAreSkipped() {
        ObjectNode once = wants(1, 3);
        once.putObject("policy").put("creation", "Once");
        upstream.publishes(once);
        worker.fails(worker.mustClaim(), "CONFIG");
        upstream.publishes(once.deepCopy().put("generation", 2));
        worker.succeeds(worker.mustClaim());
        ObjectNode changed = once.deepCopy().put("generation", 3);
        changed.withObject("variables").put("size", 9);

        JsonNode verdict = upstream.publishes(changed);

        assertThat(verdict.path("disposition").asText()).isEqualTo("SKIPPED");
        assertThat(verdict.path("code").asText()).isEqualTo("SKIPPED_ONCE");
        assertThat(nothingDue()).isTrue();
        assertThat(ledger.phases(tenant)).endsWith("skipped");
        assertThat(dispositions()).containsExactly("FAILED", "APPLIED", "SKIPPED");
    }

    @Test
    void case32AStackWhoseDependencyIsNotThereYetRunsWhenItIs() {
        String pair = "p" + UUID.randomUUID().toString().substring(0, 8);
        operator.send(
                "POST",
                "/v1/blueprints",
                TestBlueprints.registration(TestBlueprints.PAIR, pair, "1.0.0"));
        upstream.publishes(TestUpstream.wants(tenant, 1, pair, 3));
        worker.fails(worker.mustClaim(), "CONFIG");
        assertThat(nothingDue()).isTrue();
        assertThat(waitingCode()).isEqualTo("DEPENDENCY_NOT_READY");

        replay(letter("CONFIG"), true);
        Claim database = worker.mustClaim();
        worker.writesState(database, 2, "db.internal");
        worker.succeeds(database);

        assertThat(worker.mustClaim().stack().stack()).isEqualTo("app");
    }

    private @Nullable Object waitingCode() {
        return ledger.value(
                "select waiting_code from stack where tenant_id = ? and stack = 'app'", tenant);
    }

    @Test
    void case24AReplayedEventOlderThanWhatIsWantedIsSuperseded() {
        ObjectNode bad = wants(2, 3);
        bad.withObject("variables").put("shape", "round");
        upstream.publishes(wants(1, 3));
        upstream.publishes(bad);
        upstream.publishes(wants(3, 4));
        String letter = letter("VAR_UNDECLARED");

        assertThat(replay(letter, false).path("what").asText()).isNotEmpty();
        ledger.update(
                "insert into replay (replay_id, dead_letter_id, issued_at) values (?, ?, now())",
                "r-" + letter,
                letter);

        assertThat(upstream.dispositions(upstream.replay(wants(2, 3), "r-" + letter)))
                .containsExactly("STALE");
        assertThat(upstream.dispositions(upstream.replay(wants(9, 3), "r-" + letter)))
                .as("each id is honoured once")
                .containsExactly("DUPLICATE");
    }

    @Test
    void case25AReplayOfAFailedRunIsANewAttemptAndOneOfARunAtWorkIsNone() {
        upstream.publishes(wants(1, 3));
        worker.fails(worker.mustClaim(), "CONFIG");

        assertThat(replay(letter("CONFIG"), true).path("executed").asBoolean()).isTrue();

        Claim again = worker.mustClaim();
        assertThat(again.generation()).isEqualTo(1);
        assertThat(again.attempt()).isEqualTo(1);
        assertThat(replay(letter("CONFIG"), true).path("executed").asBoolean()).isFalse();
        assertThat(dispositions()).containsExactly("PENDING");
    }

    @Test
    void case26AReplayOfWhatIsAppliedMeanwhileDoesNothing() {
        upstream.publishes(wants(1, 3));
        worker.fails(worker.mustClaim(), "CONFIG");
        String letter = letter("CONFIG");
        replay(letter, true);
        worker.succeeds(worker.mustClaim());

        assertThat(replay(letter, true).path("executed").asBoolean()).isFalse();

        assertThat(nothingDue()).isTrue();
        assertThat(upstream.publishes(wants(1, 3)).path("disposition").asText())
                .isEqualTo("DUPLICATE");
    }

    @Test
    void case27AReplayedDeleteOfTheOldLifeTouchesTheOldLifeOnly() {
        upstream.publishes(wants(1, 3));
        worker.succeeds(worker.mustClaim());
        ObjectNode delete = TestUpstream.deletes(tenant, 2).put("incarnation", 1);
        upstream.handsIn(upstream.refused("SCHEMA_VIOLATION"));
        upstream.publishes(wants(1, 3).put("incarnation", 2));
        String letter =
                String.valueOf(
                        ledger.value(
                                "select id from dead_letter where topic = ?", upstream.topic()));
        ledger.update(
                "insert into replay (replay_id, dead_letter_id, issued_at) values (?, ?, now())",
                "r-" + letter,
                letter);

        assertThat(upstream.dispositions(upstream.replay(delete, "r-" + letter)))
                .containsExactly("PENDING");

        Claim destroy = worker.mustClaim();
        assertThat(destroy.kind()).isEqualTo(RunKind.DESTROY);
        assertThat(destroy.stack().incarnation()).isEqualTo(1);
        worker.succeeds(destroy);
        Claim second = worker.mustClaim();
        assertThat(second.kind()).isEqualTo(RunKind.APPLY);
        assertThat(second.stack().incarnation()).isEqualTo(2);
    }

    @Test
    void case28AWorkerThatDiedAfterItsApplyLeavesOutputsThatArePublishedOnce() {
        upstream.publishes(wants(1, 3));
        Claim dies = worker.mustClaim();
        worker.beats(dies, RunPhase.APPLYING);
        worker.writesState(dies, 2, "db.internal");
        worker.registers("boot-2");

        Claim again = worker.claim("boot-2", "after", Lane.LIFECYCLE, 0).orElseThrow();
        assertThat(again.interrupted()).isTrue();
        assertThat(again.direct()).as("it begins with a plan").isFalse();
        assertThat(again.stateVersion()).isEqualTo(2);
        worker.succeeds(again);

        List<Object> outputs = ledger.published(Topics.STACK_OUTPUTS, tenant + "/1/database");
        assertThat(outputs).hasSize(1);
        assertThat((String) outputs.getFirst()).contains("db.internal");
        assertThat(dispositions()).containsExactly("APPLIED");
    }

    @Test
    void case29AWorkerThatWakesAfterItsLeaseIsRefusedAndItsStateIsKept() {
        upstream.publishes(wants(1, 3));
        Claim asleep = worker.mustClaim();
        worker.beats(asleep, RunPhase.APPLYING);
        worker.registers("boot-2");
        Claim awake = worker.claim("boot-2", "after", Lane.LIFECYCLE, 0).orElseThrow();
        Object lineage =
                ledger.value("select lineage from state_version where tenant_id = ?", tenant);

        RestAssured.given()
                .auth()
                .preemptive()
                .basic("run", TestTokens.WORKER)
                .header("Leasehold-Lease", TestWorker.lease(asleep))
                .contentType("application/json")
                .body(
                        """
                        {"version":4,"terraform_version":"1.11.0","serial":2,"lineage":"%s","resources":[],"outputs":{}}
                        """
                                .formatted(lineage))
                .post("/state/" + asleep.stack().key())
                .then()
                .statusCode(409);

        assertThat(
                        ledger.column(
                                "select kind from state_version where tenant_id = ? order by version",
                                tenant))
                .containsExactly("SEED", "ORPHAN");
        assertThat(ledger.of(awake.stack(), "state_version")).isEqualTo(1L);
        assertThatThrownBy(() -> worker.succeeds(asleep)).isInstanceOf(Refusal.class);
        worker.succeeds(awake);
    }

    @Test
    void case30ARecordThatIsPublishedTwiceIsTheSameByWhatConsumersCompare() {
        // What other tests left would fill the page.
        ledger.update("delete from outbox");
        upstream.publishes(wants(1, 3));
        Claim claim = worker.mustClaim();
        worker.writesState(claim, 2, "db.internal");
        worker.succeeds(claim);
        ServiceClient publisher = ServiceClient.as(TestTokens.PUBLISHER);
        ledger.update("update outbox_shard set publisher = null, lease_id = null");
        JsonNode leases =
                publisher
                        .send(
                                "POST",
                                "/v1/outbox/shards",
                                "{\"publisher\":\"p-%s\",\"bootId\":\"1\",\"atMost\":8}"
                                        .formatted(tenant))
                        .json();

        List<JsonNode> once = outputsIn(publisher, leases);
        List<JsonNode> twice = outputsIn(publisher, leases);

        assertThat(once).hasSize(1);
        assertThat(twice).as("not marked, so handed out again").isEqualTo(once);
    }

    private List<JsonNode> outputsIn(ServiceClient publisher, JsonNode leases) {
        String key = Base64.getEncoder().encodeToString((tenant + "/1/database").getBytes(UTF_8));
        return leases.valueStream()
                .flatMap(lease ->
                        publisher
                                .send(
                                        "POST",
                                        Paths.SHARD_DRAIN.replace(
                                                "{shard}", lease.path("shard").asText()),
                                        "{\"leaseId\":\"%s\",\"published\":[],\"limit\":200,\"waitMillis\":0}"
                                                .formatted(lease.path("leaseId").asText()))
                                .json()
                                .valueStream())
                .filter(row -> row.path("topic").asText().equals(Topics.STACK_OUTPUTS))
                .filter(row -> row.path("key").asText().equals(key))
                .toList();
    }

    private boolean nothingDue() {
        return worker.claim("boot-1", "request-" + UUID.randomUUID(), Lane.LIFECYCLE, 0).isEmpty();
    }

    private List<Object> dispositions() {
        return ledger.column(
                "select disposition from tenant_event where tenant_id = ? order by id", tenant);
    }

    private String letter(String code) {
        return String.valueOf(
                ledger.value(
                        "select id from dead_letter where tenant_id = ? and code = ?",
                        tenant,
                        code));
    }

    private JsonNode replay(String letter, boolean execute) {
        ServiceClient.Reply reply =
                operator.send(
                        "POST",
                        "/v1/dead-letters/" + letter + "/replay",
                        "{\"execute\":%b,\"reason\":\"mended\"}".formatted(execute));
        return reply.json();
    }
}
