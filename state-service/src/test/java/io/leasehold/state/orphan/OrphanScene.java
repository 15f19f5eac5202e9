package io.leasehold.state.orphan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestStack;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.state.TestWorker;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/** A tenant of its own with one stack, whose runs lose their leases. */
final class OrphanScene {
    private final Ledger ledger;
    private final TestWorker worker;
    private final TestUpstream upstream = new TestUpstream();
    private final String blueprint = "b" + UUID.randomUUID().toString().substring(0, 8);
    final String tenant = "s" + UUID.randomUUID().toString().substring(0, 13);
    final StackRef ref = new StackRef(tenant, 1, "database");
    final TestStack stack = new TestStack(ref);

    OrphanScene(Ledger ledger, TestWorker worker) {
        this.ledger = ledger;
        this.worker = worker;
        // What another test left open would be settled in the middle of this one.
        ledger.update(
                """
                update state_version set settled_as = 'DISMISSED', settled_at = clock_timestamp(),
                    settled_by = 'test', settled_reason = 'over'
                where kind = 'ORPHAN' and settled_at is null
                """);
        worker.beginsWithNothingDue();
        ServiceClient.as(TestTokens.OPERATOR)
                .send(
                        "POST",
                        "/v1/blueprints",
                        TestBlueprints.registration(TestBlueprints.SINGLE, blueprint, "1.0.0"));
    }

    /** Its first apply has ended, with one thing. */
    OrphanScene applied() {
        wants(1, 3);
        Claim first = worker.mustClaim();
        worker.beats(first, RunPhase.APPLYING);
        worker.writes(first, owning(2, "db=i-1"));
        worker.succeeds(first);
        return this;
    }

    void wants(long generation, int size) {
        upstream.publishes(TestUpstream.wants(tenant, generation, blueprint, size));
    }

    void deletes(long generation) {
        upstream.publishes(TestUpstream.deletes(tenant, generation));
    }

    /** A run for generation 2 whose worker starts anew, so that its lease is gone. */
    Claim losesItsLease() {
        wants(2, 4);
        return losesItsLease(worker.mustClaim());
    }

    Claim losesItsLease(Claim claim) {
        worker.beats(claim, RunPhase.APPLYING);
        worker.registers("boot-2");
        worker.registers("boot-1");
        return claim;
    }

    /** The next try, which a failed run has to wait for, at work. */
    Claim takesOver() {
        Claim next = claim().orElseThrow();
        worker.beats(next, RunPhase.APPLYING);
        return next;
    }

    Optional<Claim> claim() {
        ledger.update("update stack set not_before = null where tenant_id = ?", tenant);
        return worker.claim("boot-1", "request-" + UUID.randomUUID(), Lane.LIFECYCLE, 0);
    }

    /** A state with a thing for each name and id. */
    String owning(long serial, String... things) {
        return TestStack.state(
                stack.lineage(),
                serial,
                Arrays.stream(things)
                        .map(each -> each.split("="))
                        .map(each -> TestStack.thing(each[0], "{\"id\":\"" + each[1] + "\"}"))
                        .toArray(String[]::new));
    }

    void handsIn(Claim lost, long serial, String... things) {
        assertThat(stack.writes(TestWorker.lease(lost), owning(serial, things)).code())
                .isEqualTo("LEASE_LOST");
    }

    /** An operator adopts or dismisses it. */
    ServiceClient.Reply settles(String what, long version) {
        return stack.posts(
                "/v1/orphans/" + ref.key() + "/" + version + "/" + what,
                "{'execute':true,'reason':'looked at it'}");
    }

    Optional<JsonNode> open() {
        return listed("").valueStream().findFirst();
    }

    /** The code of what keeps the first one open. */
    String finding() {
        return open().map(each -> each.path("finding").path("code").asText()).orElse("settled");
    }

    /** What that says to people. */
    String said() {
        return open().map(each -> each.path("finding").path("what").asText()).orElse("settled");
    }

    void assertSettled(String what, String reason) {
        JsonNode settled = all().path(0).path("settled");
        assertThat(settled.path("what").asText()).as(finding()).isEqualTo(what);
        assertThat(settled.path("by").asText()).isEqualTo("ledger");
        assertThat(settled.path("reason").asText()).isEqualTo(reason);
    }

    /** Those that are settled too. */
    JsonNode all() {
        return listed("&settled=true");
    }

    private JsonNode listed(String more) {
        return ServiceClient.as(TestTokens.VIEWER)
                .send("GET", "/v1/orphans?tenant=" + tenant + more, null)
                .json()
                .path("items");
    }
}
