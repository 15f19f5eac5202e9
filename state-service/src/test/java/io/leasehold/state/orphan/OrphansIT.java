package io.leasehold.state.orphan;

import static io.leasehold.state.TestStack.state;
import static io.leasehold.state.TestStack.thing;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestStack;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From a worker that lost its lease to an operator who settles what it left. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class OrphansIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;

    private final String tenant = "o" + UUID.randomUUID().toString().substring(0, 13);
    private final String blueprint = "b" + UUID.randomUUID().toString().substring(0, 8);
    private final StackRef ref = new StackRef(tenant, 1, "database");
    private final TestStack stack = new TestStack(ref);
    private final TestUpstream upstream = new TestUpstream();

    @BeforeEach
    void aTenantThatIsApplied() {
        worker.beginsWithNothingDue();
        ServiceClient.as(TestTokens.OPERATOR)
                .send(
                        "POST",
                        "/v1/blueprints",
                        TestBlueprints.registration(TestBlueprints.SINGLE, blueprint, "1.0.0"));
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));
        Claim first = worker.mustClaim();
        worker.beats(first, RunPhase.APPLYING);
        worker.writesState(first, 2, "db");
        worker.succeeds(first);
    }

    @Test
    void whatAFencedWorkerWritesIsShownWithItsRunAndItsReason() {
        Claim lost = losesItsLease();

        Reply late = stack.writes(TestWorker.lease(lost), state(stack.lineage(), 3));

        assertThat(late.code()).isEqualTo("LEASE_LOST");
        JsonNode orphan = open();
        assertThat(orphan.path("version").asLong()).isEqualTo(3);
        assertThat(orphan.path("kind").asText()).isEqualTo("ORPHAN");
        assertThat(orphan.path("runId").asText()).isEqualTo(lost.runId());
        assertThat(orphan.path("reason").asText()).startsWith("LEASE_LOST: ");
        assertThat(orphan.path("writtenBy").asText()).isEqualTo("the-worker");
    }

    @Test
    void anOrphanIsAdoptedOnTopAndTheStackTakesAFreshLook() {
        Claim lost = losesItsLease();
        String late = state(stack.lineage(), 3, thing("late", "{}"));
        stack.writes(TestWorker.lease(lost), late);

        JsonNode said = settle("adopt", 3, false).json();
        assertThat(said.path("executed").asBoolean()).isFalse();
        assertThat(said.path("diff").path("added").path(0).asText())
                .isEqualTo("terraform_data.late");
        assertThat(stack.served()).isNotEqualTo(late);

        JsonNode done = settle("adopt", 3, true).json();
        assertThat(done.path("version").asLong()).isEqualTo(4);
        assertThat(stack.served()).isEqualTo(late);
        assertThat(open().isMissingNode()).isTrue();
        JsonNode newest = stack.versions().getFirst();
        assertThat(newest.path("kind").asText()).isEqualTo("ADOPTED");
        assertThat(newest.path("copyOf").asLong()).isEqualTo(3);
        JsonNode orphan = stack.versions().get(1);
        assertThat(orphan.path("settled").path("what").asText()).isEqualTo("ADOPTED");
        assertThat(orphan.path("settled").path("by").asText()).isEqualTo("the-operator");
        assertThat(orphan.path("settled").path("reason").asText()).isEqualTo("looked at it");
        assertThat(TestStack.audited(ledger, ref)).containsExactly("adopt-orphan: looked at it");
        Claim next = nextClaim();
        assertThat(next.stateVersion()).isEqualTo(4);
        assertThat(next.direct()).isFalse();
        assertThat(settle("adopt", 3, true).code()).isEqualTo("ORPHAN_SETTLED");
        assertThat(settle("dismiss", 3, true).code()).isEqualTo("ORPHAN_SETTLED");
        assertThat(settle("adopt", 2, true).code()).isEqualTo("ORPHAN_UNKNOWN");
    }

    @Test
    void anOrphanIsNotAdoptedOverWhatTheNextRunWroteThoughItsSerialFits() {
        Claim lost = losesItsLease();
        Claim next = nextClaim();
        worker.beats(next, RunPhase.APPLYING);
        worker.writesState(next, 3, "db");
        stack.writes(TestWorker.lease(lost), state(stack.lineage(), 5));
        assertThat(settle("adopt", 4, true).code()).isEqualTo("LOCKED");
        worker.succeeds(next);

        Reply refused = settle("adopt", 4, true);

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("STATE_MOVED_ON");
        assertThat(refused.json().path("detail").asText()).contains("states diff", "dismiss");
        assertThat(settle("adopt", 4, false).code()).isEqualTo("STATE_MOVED_ON");
    }

    @Test
    void aDeleteWaitsForTheOrphanAndGoesOnWhenItIsDismissed() {
        Claim lost = losesItsLease();
        stack.writes(TestWorker.lease(lost), state(stack.lineage(), 3));

        upstream.publishes(TestUpstream.deletes(tenant, 3));

        assertThat(claim()).isEmpty();
        assertThat(waitingFor()).contains("a run that had lost its lease", "states orphans");
        assertThat(ledger.of(ref, "waiting_code")).isEqualTo("ORPHAN_STATE");
        assertThat(settle("dismiss", 3, false).json().path("executed").asBoolean()).isFalse();
        assertThat(claim()).isEmpty();

        assertThat(settle("dismiss", 3, true).status()).isEqualTo(200);

        Claim destroy = claim().orElseThrow();
        assertThat(destroy.kind()).isEqualTo(RunKind.DESTROY);
        assertThat(destroy.stateVersion()).isEqualTo(2);
        assertThat(stack.versions().getFirst().path("settled").path("what").asText())
                .isEqualTo("DISMISSED");
        assertThat(TestStack.audited(ledger, ref)).containsExactly("dismiss-orphan: looked at it");
    }

    @Test
    void aDestroyThatIsDueAlreadyWaitsForAnOrphanThatComesOnlyNow() {
        Claim lost = losesItsLease();
        upstream.publishes(TestUpstream.deletes(tenant, 3));
        assertThat(ledger.of(ref, "due")).isEqualTo(true);

        stack.writes(TestWorker.lease(lost), state(stack.lineage(), 3, thing("late", "{}")));

        assertThat(claim()).isEmpty();
        Object reason = ledger.of(ref, "waiting_reason");
        // Planned again for any reason, it says the same.
        assertThat(settle("adopt", 3, true).status()).isEqualTo(200);
        assertThat(String.valueOf(reason)).contains("leasehold states orphans");
        Claim destroy = claim().orElseThrow();
        assertThat(destroy.kind()).isEqualTo(RunKind.DESTROY);
        assertThat(destroy.stateVersion()).isEqualTo(4);
    }

    @Test
    void aStackThatWaitsForWhatDependsOnItGoesOnWaitingForThatFirst() {
        Claim lost = losesItsLease();
        upstream.publishes(TestUpstream.deletes(tenant, 3));
        ledger.update(
                "update stack set due = false, waiting_code = 'DEPENDENTS' where tenant_id = ?",
                tenant);

        stack.writes(TestWorker.lease(lost), state(stack.lineage(), 3));

        assertThat(ledger.of(ref, "waiting_code")).isEqualTo("DEPENDENTS");
    }

    @Test
    void aStackWithAnOrphanKeepsItsState() {
        Claim lost = losesItsLease();
        stack.writes(TestWorker.lease(lost), state(stack.lineage(), 3));

        assertThat(stack.does("delete", "{'version':3,'reason':'why'}").code())
                .isEqualTo("ORPHAN_STATE");
        assertThat(
                        stack.does(
                                        "delete",
                                        "{'reason':'why','evenThoughLive':'" + ref.key() + "'}")
                                .code())
                .isEqualTo("ORPHAN_STATE");
    }

    @Test
    void orphansAreListedPageByPage() {
        Claim lost = losesItsLease();
        for (int serial = 3; serial <= 5; serial++) {
            stack.writes(TestWorker.lease(lost), state(stack.lineage(), serial));
        }
        ServiceClient viewer = ServiceClient.as(TestTokens.VIEWER);
        String path = "/v1/orphans?limit=2&tenant=" + tenant;

        JsonNode first = viewer.send("GET", path, null).json();
        String after = first.path("next").asText();
        JsonNode second = viewer.send("GET", path + "&after=" + after, null).json();

        assertThat(first.path("items")).hasSize(2);
        assertThat(second.path("items").path(0).path("version").asLong()).isEqualTo(5);
        assertThat(second.path("next").isNull()).isTrue();
        assertThat(viewer.send("GET", path + "&after=x", null).code()).isEqualTo("PAGE_INVALID");
        settle("dismiss", 4, true);
        assertThat(viewer.send("GET", "/v1/orphans?tenant=" + tenant, null).json().path("items"))
                .hasSize(2);
        assertThat(
                        viewer.send("GET", "/v1/orphans?settled=true&tenant=" + tenant, null)
                                .json()
                                .path("items"))
                .hasSize(3);
    }

    /** A run for generation 2 whose worker starts anew, so that its lease is gone. */
    private Claim losesItsLease() {
        upstream.publishes(TestUpstream.wants(tenant, 2, blueprint, 4));
        Claim claim = worker.mustClaim();
        worker.beats(claim, RunPhase.APPLYING);
        worker.registers("boot-2");
        worker.registers("boot-1");
        assertThat(ledger.of(ref, "lease_id")).isEqualTo("null");
        return claim;
    }

    /** The failed run's next try comes after a wait. */
    private Claim nextClaim() {
        ledger.update("update stack set not_before = null where tenant_id = ?", tenant);
        return worker.mustClaim();
    }

    private Optional<Claim> claim() {
        ledger.update("update stack set not_before = null where tenant_id = ?", tenant);
        return worker.claim("boot-1", "request-" + UUID.randomUUID(), Lane.LIFECYCLE, 0);
    }

    private JsonNode open() {
        return ServiceClient.as(TestTokens.VIEWER)
                .send("GET", "/v1/orphans?tenant=" + tenant, null)
                .json()
                .path("items")
                .path(0);
    }

    private String waitingFor() {
        return ServiceClient.as(TestTokens.VIEWER)
                .send("GET", "/v1/tenants/" + tenant, null)
                .json()
                .path("waitingFor")
                .toString();
    }

    private Reply settle(String what, long version, boolean execute) {
        return stack.posts(
                "/v1/orphans/" + ref.key() + "/" + version + "/" + what,
                "{'execute':" + execute + ",'reason':'looked at it'}");
    }
}
