package io.leasehold.state.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.LogAppend;
import io.leasehold.ledger.api.LogLine;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.state.TestWorker;
import io.leasehold.state.run.TestLog;
import io.leasehold.state.sealing.TestKeys;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A key is deleted only when nothing can need it any more, and then what it sealed is lost for
 * good.
 */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class KeyDeletionIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject TestLog log;
    @Inject TestKeys keys;
    @Inject KeyDeletions deletions;

    private final String tenant = "d" + UUID.randomUUID().toString().substring(0, 13);
    private final String blueprint = "b" + UUID.randomUUID().toString().substring(0, 8);
    private final StackRef stack = new StackRef(tenant, 1, "database");
    private final TestUpstream upstream = new TestUpstream();
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);
    private final ServiceClient viewer = ServiceClient.as(TestTokens.VIEWER);

    private String run = "";

    @BeforeEach
    void aBlueprintAndNothingDue() {
        worker.beginsWithNothingDue();
        register(TestBlueprints.SINGLE);
    }

    @Test
    void aDryRunSaysWhatIsLostAndChangesNothing() {
        livedAndGone();

        Reply said = delete(false, "");

        assertThat(said.status()).as(said.body()).isEqualTo(200);
        assertThat(said.json().path("executed").asBoolean()).isFalse();
        assertThat(said.json().path("loss").path("stateVersions").asLong()).isEqualTo(2);
        assertThat(said.json().path("loss").path("logLines").asLong()).isEqualTo(1);
        assertThat(said.json().path("loss").path("deadLetters").asLong()).isEqualTo(1);
        assertThat(said.json().path("loss").path("inputs").asLong()).isEqualTo(3);
        assertThat(said.json().path("what").asText()).contains("2 state versions", "Backups");
        assertThat(version(2).status()).isEqualTo(200);
        assertThat(receipts()).isEmpty();
    }

    @Test
    void whatTheKeySealedIsUnreadableForEverAndTheReceiptSaysWhoAndWhy() {
        livedAndGone();

        Reply done = delete(true, "the contract is over");

        assertThat(done.json().path("executed").asBoolean()).as(done.body()).isTrue();
        assertGone(version(1));
        assertGone(version(2));
        assertGone(operator.send("GET", "/state/" + stack.key(), null));
        assertGone(viewer.send("GET", "/v1/runs/" + run + "/log", null));
        assertGone(operator.send("GET", "/v1/dead-letters/" + letter(), null));
        keys.forgetsDataKeys();
        assertGone(version(2));
        assertThat(viewer.send("GET", "/v1/outputs?limit=500", null).status()).isEqualTo(200);
        assertThat(delete(true, "again").code()).isEqualTo("KEY_DELETED");
        JsonNode receipt = receipts().getFirst();
        assertThat(receipt.path("actor").asText()).isEqualTo("the-operator");
        assertThat(receipt.path("reason").asText()).isEqualTo("the contract is over");
        assertThat(receipt.path("keyId").asText()).isEqualTo(done.json().path("keyId").asText());
        assertThat(receipt.path("loss").path("stateVersions").asLong()).isEqualTo(2);
        assertThat(receipt.path("masterKeyId").asText()).startsWith("raw-");
        assertThat(
                        ledger.column(
                                "select actor from audit where action = 'delete-key' and subject = ?",
                                tenant + "/1"))
                .containsExactly("the-operator");
        assertThat(
                        ledger.value(
                                "select coalesce(wrapped, mac_key) is null from data_key where owner = ?",
                                tenant + "/1"))
                .isEqualTo(true);
    }

    @Test
    void aReceiptIsNeverChanged() {
        livedAndGone();
        delete(true, "the contract is over");

        for (String change :
                List.of(
                        "update key_receipt set reason = 'other'",
                        "delete from key_receipt",
                        "truncate key_receipt")) {
            assertThatThrownBy(() -> ledger.update(change)).hasMessageContaining("never changed");
        }
        assertThat(receipts()).hasSize(1);
    }

    @Test
    void theNextLifeOfTheTenantHasAKeyOfItsOwnAndLosesNothing() {
        livedAndGone();
        upstream.publishes(wants(1).put("incarnation", 2));
        Claim next = worker.mustClaim();
        worker.beats(next, RunPhase.APPLYING);
        worker.writesState(next, 2, "second.internal");
        worker.succeeds(next);

        delete(true, "the contract is over");
        keys.forgetsDataKeys();

        assertGone(version(2));
        assertThat(operator.send("GET", "/state/" + next.stack().key(), null).body())
                .contains("second.internal");
        assertThat(
                        operator.send(
                                        "GET",
                                        "/v1/outputs/" + next.stack().key() + "/password",
                                        null)
                                .status())
                .isEqualTo(200);
    }

    @Test
    void whatComesLateForAGoneLifeIsRefusedOrKeptUnderThePlatformsKey() {
        livedAndGone();
        delete(true, "the contract is over");

        Reply late =
                ServiceClient.as(TestTokens.WORKER)
                        .send(
                                "POST",
                                "/state/" + stack.key(),
                                "{\"version\":4,\"serial\":9,\"lineage\":\"l\"}",
                                "Leasehold-Lease",
                                "gone");
        assertGone(late);
        assertThat(upstream.dispositions(upstream.item(wants(7)))).containsExactly("DEAD_LETTERED");
        assertThat(operator.send("GET", "/v1/dead-letters/" + letter(), null).status())
                .isEqualTo(200);
    }

    @Test
    void aLifeThatIsNotGoneKeepsItsKey() {
        upstream.publishes(wants(1));
        assertThat(delete(true, "too early").code()).isEqualTo("KEY_IN_USE");
        Claim claim = worker.mustClaim();
        worker.beats(claim, RunPhase.APPLYING);
        worker.succeeds(claim);
        upstream.publishes(TestUpstream.deletes(tenant, 2));

        Reply refused = delete(true, "too early");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("KEY_IN_USE");
        assertThat(refused.body()).contains("database");
    }

    @Test
    void aStackThatWasRetainedKeepsStateAndKey() {
        register(TestBlueprints.SINGLE.replace("deletion: Delete", "deletion: Retain"), "2.0.0");
        ObjectNode retained = wants(1);
        retained.withObject("/blueprint").put("version", "2.0.0");
        upstream.publishes(retained);
        Claim claim = worker.mustClaim();
        worker.beats(claim, RunPhase.APPLYING);
        worker.writesState(claim, 2, "kept.internal");
        worker.succeeds(claim);
        upstream.publishes(TestUpstream.deletes(tenant, 2));
        assertThat(ledger.of(stack, "waiting_code")).isEqualTo("RETAINED");

        assertThat(delete(true, "never").code()).isEqualTo("KEY_RETAINED");
        Ledger.await(() -> deletions.deleteAfter(Duration.ZERO));

        keys.forgetsDataKeys();
        assertThat(version(2).body()).contains("kept.internal");
        assertThat(receipts()).isEmpty();
    }

    @Test
    void aStateThatNoRunManagesKeepsTheKeyOfItsLife() {
        livedAndGone();
        String path = "/state/" + tenant + "/1/by-hand";
        operator.send("LOCK", path, "{\"ID\":\"a\",\"Who\":\"me\",\"Operation\":\"apply\"}");
        assertThat(
                        operator.send(
                                        "POST",
                                        path + "?ID=a",
                                        "{\"version\":4,\"serial\":1,\"lineage\":\"l\"}")
                                .status())
                .isEqualTo(204);

        Reply refused = delete(true, "by mistake");

        assertThat(refused.code()).isEqualTo("KEY_IN_USE");
        assertThat(refused.body()).contains("by-hand");
    }

    @Test
    void byTimeAKeyGoesWhenItsLifeIsGoneLongEnough() {
        livedAndGone();

        Ledger.await(() -> deletions.deleteAfter(Duration.ofHours(1)));
        assertThat(receipts()).isEmpty();
        ledger.update(
                "update life set gone_at = gone_at - interval '2 hours' where tenant_id = ?",
                tenant);
        Ledger.await(() -> deletions.deleteAfter(Duration.ofHours(1)));

        assertGone(version(2));
        assertThat(receipts().getFirst().path("actor").asText()).isEqualTo("retention");
        assertThat(receipts().getFirst().path("reason").asText()).contains("delete-after");
    }

    @Test
    void anOrphanThatNobodySettledKeepsTheKeyOfItsLife() {
        livedAndGone();
        ServiceClient.as(TestTokens.WORKER)
                .send(
                        "POST",
                        "/state/" + stack.key(),
                        "{\"version\":4,\"serial\":9,\"lineage\":\"l\"}",
                        "Leasehold-Lease",
                        "gone");
        ledger.update(
                "update life set gone_at = gone_at - interval '2 hours' where tenant_id = ?",
                tenant);

        Ledger.await(() -> deletions.deleteAfter(Duration.ofHours(1)));

        assertThat(receipts()).isEmpty();
        assertThat(delete(true, "by mistake").body()).contains("KEY_IN_USE", "orphans");
        ledger.update(
                "update state_version set settled_at = now() where tenant_id = ? and kind = 'ORPHAN'",
                tenant);
        Ledger.await(() -> deletions.deleteAfter(Duration.ofHours(1)));
        assertThat(receipts()).hasSize(1);
    }

    @Test
    void deletingNeedsAReasonAndAKnownLife() {
        livedAndGone();

        assertThat(delete(true, "").code()).isEqualTo("REASON_MISSING");
        assertThat(
                        operator.send(
                                        "POST",
                                        "/v1/keys/" + tenant + "/9/deletion",
                                        "{\"execute\":false,\"reason\":\"\"}")
                                .code())
                .isEqualTo("LIFE_UNKNOWN");
    }

    // ── what the tests say ──────────────────────────────────────────────────────────────────────

    /** A life that was applied, logged, left a dead letter, and was destroyed. */
    private void livedAndGone() {
        upstream.publishes(wants(1));
        Claim apply = worker.mustClaim();
        run = apply.runId();
        worker.beats(apply, RunPhase.APPLYING);
        log.append(
                run,
                new LogAppend(
                        TestWorker.lease(apply), List.of(new LogLine(1, 1, "tofu", "a line"))));
        worker.writesState(apply, 2, "db.internal");
        worker.succeeds(apply);
        ObjectNode wrong = wants(2);
        wrong.withObject("/variables").put("size", -1);
        assertThat(upstream.dispositions(upstream.item(wrong))).containsExactly("DEAD_LETTERED");
        upstream.publishes(TestUpstream.deletes(tenant, 3));
        Claim destroy = worker.mustClaim();
        worker.beats(destroy, RunPhase.APPLYING);
        worker.succeeds(destroy);
        assertThat(ledger.value("select gone_at is not null from life where tenant_id = ?", tenant))
                .isEqualTo(true);
    }

    private ObjectNode wants(long generation) {
        return TestUpstream.wants(tenant, generation, blueprint, 3);
    }

    private void register(String yaml) {
        register(yaml, "1.0.0");
    }

    private void register(String yaml, String version) {
        Reply reply =
                operator.send(
                        "POST",
                        "/v1/blueprints",
                        TestBlueprints.registration(yaml, blueprint, version));
        assertThat(reply.status()).as(reply.body()).isEqualTo(201);
    }

    private Reply delete(boolean execute, String reason) {
        return operator.send(
                "POST",
                "/v1/keys/" + tenant + "/1/deletion",
                "{\"execute\":%s,\"reason\":\"%s\"}".formatted(execute, reason));
    }

    private Reply version(int version) {
        return operator.send("GET", "/v1/states/" + stack.key() + "/versions/" + version, null);
    }

    /** The newest of the tenant. */
    private Object letter() {
        return String.valueOf(
                ledger.value(
                        "select id from dead_letter where tenant_id = ? order by id desc", tenant));
    }

    private static void assertGone(Reply reply) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(410);
        assertThat(reply.code()).isEqualTo("KEY_DELETED");
        assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
    }

    private List<JsonNode> receipts() {
        return viewer.send("GET", "/v1/keys/receipts?tenant=" + tenant, null)
                .json()
                .path("items")
                .valueStream()
                .toList();
    }
}
