package io.leasehold.state.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ids;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestStack;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.state.TestWorker;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Everything by which people change something, each done once: what comes before the act is done in
 * requests of other ids. Each act has a tenant of its own.
 */
final class PeoplesActs {
    private static final String LOCK = "{\"ID\":\"a\"}";
    private static final String WHY = "\"reason\":\"so that it is written down\"";

    private final Ledger ledger;
    private final TestWorker worker;
    private final String tenant = "acts-" + UUID.randomUUID();
    private final StackRef ref = new StackRef(tenant, 1, "main");
    private final TestStack stack = new TestStack(ref);

    private PeoplesActs(Ledger ledger, TestWorker worker) {
        this.ledger = ledger;
        this.worker = worker;
    }

    private interface Act extends BiConsumer<PeoplesActs, String> {}

    private static final Map<String, Act> ALL =
            Map.ofEntries(
                    act("POST /v1/blueprints", PeoplesActs::registersABlueprint),
                    act("PUT /v1/dead-letters/{id}/edit", PeoplesActs::correctsALetter),
                    act("POST /v1/dead-letters/{id}/replay", PeoplesActs::replaysALetter),
                    act("POST /v1/dead-letters/{id}/discard", PeoplesActs::discardsALetter),
                    act("POST /v1/dead-letters", PeoplesActs::takesALetterIn),
                    act("POST /v1/replays", PeoplesActs::beginsAReplay),
                    act("POST /v1/replays/{replayId}/step", PeoplesActs::takesAReplayFurther),
                    act(
                            "POST /v1/replays/{replayId}/resume",
                            (acts, request) ->
                                    acts.toAReplay(request, "resume", "{\"representative\":true}")),
                    act(
                            "POST /v1/replays/{replayId}/abort",
                            (acts, request) -> acts.toAReplay(request, "abort", "{" + WHY + "}")),
                    act("LOCK /state/{tenantId}/{incarnation}/{stack}", PeoplesActs::locks),
                    act("UNLOCK /state/{tenantId}/{incarnation}/{stack}", PeoplesActs::unlocks),
                    act("POST /state/{tenantId}/{incarnation}/{stack}", PeoplesActs::writes),
                    act(
                            "POST /v1/locks/{tenantId}/{incarnation}/{stack}/release",
                            PeoplesActs::releasesALock),
                    act(
                            "POST /v1/states/{tenantId}/{incarnation}/{stack}/rollback",
                            PeoplesActs::rollsBack),
                    act(
                            "POST /v1/states/{tenantId}/{incarnation}/{stack}/delete",
                            PeoplesActs::deletesAVersion),
                    act(
                            "POST /v1/states/{tenantId}/{incarnation}/{stack}/undelete",
                            PeoplesActs::bringsAVersionBack),
                    act(
                            "POST /v1/states/{tenantId}/{incarnation}/{stack}/operations",
                            PeoplesActs::asksTofu),
                    act(
                            "POST /v1/orphans/{tenantId}/{incarnation}/{stack}/{version}/adopt",
                            (acts, request) -> acts.settlesAnOrphan(request, "adopt")),
                    act(
                            "POST /v1/orphans/{tenantId}/{incarnation}/{stack}/{version}/dismiss",
                            (acts, request) -> acts.settlesAnOrphan(request, "dismiss")),
                    act("POST /v1/tenants/{tenantId}/generation", PeoplesActs::setsAGeneration),
                    act("POST /v1/tenants/{tenantId}/abandon", PeoplesActs::abandonsALife),
                    act("POST /v1/tenants/{tenantId}/release", PeoplesActs::releasesWhatIsHeld),
                    act("POST /v1/intake/topics/confirm", PeoplesActs::confirmsATopic),
                    act("POST /v1/intake/rewind", PeoplesActs::rewindsIntake),
                    act("POST /v1/keys/rotate", PeoplesActs::rotatesKeys),
                    act(
                            "POST /v1/keys/{tenantId}/{incarnation}/deletion",
                            PeoplesActs::deletesAKey),
                    act(
                            "POST /v1/tenants/{tenantId}/{incarnation}/hold",
                            (acts, request) -> acts.holds(request, "/v1/tenants/%s/1/hold")),
                    act(
                            "POST /v1/tenants/{tenantId}/{incarnation}/unhold",
                            (acts, request) -> acts.holds(request, "/v1/tenants/%s/1/unhold")),
                    act(
                            "POST /v1/stacks/{tenantId}/{incarnation}/{stack}/hold",
                            (acts, request) ->
                                    acts.holds(request, "/v1/stacks/%s/1/database/hold")),
                    act(
                            "POST /v1/stacks/{tenantId}/{incarnation}/{stack}/unhold",
                            (acts, request) ->
                                    acts.holds(request, "/v1/stacks/%s/1/database/unhold")),
                    act("POST /v1/runs/{runId}/cancel", PeoplesActs::cancelsARun),
                    act("POST /v1/breakers/{id}/close", PeoplesActs::closesABreaker),
                    act("PUT /v1/caps/{name}", PeoplesActs::setsACap),
                    act("POST /v1/caps/{name}/remove", PeoplesActs::removesACap));

    private static Map.Entry<String, Act> act(String route, Act act) {
        return Map.entry(route, act);
    }

    /** The routes that are shown. */
    static Set<String> routes() {
        return ALL.keySet();
    }

    /** Does in the request of that id what a route is for. */
    static Consumer<String> of(String route, Ledger ledger, TestWorker worker) {
        Act act = ALL.get(route);
        assertThat(act)
                .as("show %s at work in PeoplesActs, or excuse it with a reason", route)
                .isNotNull();
        return request ->
                Objects.requireNonNull(act).accept(new PeoplesActs(ledger, worker), request);
    }

    /** First with a field more than anybody knows, which must change nothing. */
    private static void does(String request, String verb, String path, String body) {
        // A state and its lock are tofu's documents, and not ours to judge.
        if (!path.startsWith("/state/")) {
            String more = "{\"vresion\":3," + body.substring(1);
            Reply refused = ServiceClient.as(TestTokens.OPERATOR).send(verb, path, more);
            assertThat(refused.status()).as(refused.body()).isEqualTo(400);
            assertThat(refused.code()).isEqualTo("REQUEST_INVALID");
            assertThat(refused.body()).contains("/vresion");
        }
        Reply reply =
                ServiceClient.as(TestTokens.OPERATOR)
                        .send(verb, path, body, "X-Request-Id", request);
        assertThat(reply.status()).as(reply.body()).isBetween(200, 299);
        assertThat(reply.body()).doesNotContain("\"executed\":false");
    }

    private static String blueprint(String name) {
        return TestBlueprints.registration(TestBlueprints.SINGLE, name, "1.0.0");
    }

    private void registersABlueprint(String request) {
        does(request, "POST", "/v1/blueprints", blueprint("audited-" + UUID.randomUUID()));
    }

    private void correctsALetter(String request) {
        TestUpstream upstream = new TestUpstream();
        upstream.dispositions(upstream.refused("SCHEMA_INVALID"));
        Object letter =
                ledger.value("select id from dead_letter where topic = ?", upstream.topic());
        does(
                request,
                "PUT",
                "/v1/dead-letters/" + letter + "/edit",
                "{\"value\":\"{}\"," + WHY + "}");
    }

    private String letter() {
        worker.beginsWithNothingDue();
        ledger.due(tenant);
        worker.fails(worker.mustClaim(), "CONFIG");
        return String.valueOf(
                ledger.value("select id from dead_letter where tenant_id = ?", tenant));
    }

    private void replaysALetter(String request) {
        String path = "/v1/dead-letters/" + letter() + "/replay";
        does(request, "POST", path, "{\"execute\":true," + WHY + "}");
    }

    private void discardsALetter(String request) {
        String path = "/v1/dead-letters/" + letter() + "/discard";
        does(request, "POST", path, "{\"execute\":true," + WHY + "}");
    }

    private void takesALetterIn(String request) {
        String letter =
                """
                {"format":1,"id":"%s","kind":"EVENT","status":"OPEN","code":"JSON_MALFORMED",
                 "reason":"is not JSON","replays":0,"at":"2026-01-02T03:04:05Z",
                 "position":{"topic":"leasehold.tenant.lifecycle.v1","partition":0,"offset":1}}
                """
                        .formatted(new Ids(Clock.systemUTC()).next());
        does(
                request,
                "POST",
                "/v1/dead-letters",
                "{\"letter\":" + letter + ",\"execute\":true," + WHY + "}");
    }

    private void beginsAReplay(String request) {
        does(
                request,
                "POST",
                "/v1/replays",
                """
                {"ids":["%s"],"limit":1,"representative":false,"maxTenants":1,"force":false,
                 "execute":true,%s}
                """
                        .formatted(letter(), WHY)
                        .strip());
    }

    private void toAReplay(String request, String act, String body) {
        beginsAReplay("before-" + request);
        Object replay =
                ledger.value("select batch_id from replay_item where tenant_id = ?", tenant);
        does(request, "POST", "/v1/replays/" + replay + "/" + act, body);
    }

    private void takesAReplayFurther(String request) {
        toAReplay(request, "step", "{\"driver\":\"a-command\",\"letGo\":false}");
    }

    private void locks(String request) {
        does(request, "LOCK", "/state/" + ref.key(), LOCK);
    }

    private void unlocks(String request) {
        stack.lock("a");
        does(request, "UNLOCK", "/state/" + ref.key(), LOCK);
    }

    private void writes(String request) {
        stack.lock("a");
        does(request, "POST", "/state/" + ref.key() + "?ID=a", TestStack.state("lin", 1));
    }

    private void releasesALock(String request) {
        stack.lock("a");
        does(
                request,
                "POST",
                "/v1/locks/" + ref.key() + "/release",
                "{\"evenThoughAlive\":\"a\"," + WHY + "}");
    }

    private void rollsBack(String request) {
        stack.has(TestStack.state("lin", 1), TestStack.state("lin", 2));
        does(
                request,
                "POST",
                "/v1/states/" + ref.key() + "/rollback",
                "{\"version\":1,\"execute\":true," + WHY + "}");
    }

    private void deletesAVersion(String request) {
        stack.has(TestStack.state("lin", 1), TestStack.state("lin", 2));
        does(request, "POST", "/v1/states/" + ref.key() + "/delete", "{\"version\":1," + WHY + "}");
    }

    private void bringsAVersionBack(String request) {
        deletesAVersion("before-" + request);
        does(
                request,
                "POST",
                "/v1/states/" + ref.key() + "/undelete",
                "{\"version\":1," + WHY + "}");
    }

    private void asksTofu(String request) {
        ledger.life(tenant, 1);
        ledger.stack(tenant, "main");
        does(
                request,
                "POST",
                "/v1/states/" + ref.key() + "/operations",
                "{\"operation\":{\"verb\":\"import\",\"address\":\"a.b\",\"id\":\"x\"},\"execute\":true,"
                        + WHY
                        + "}");
    }

    private void settlesAnOrphan(String request, String how) {
        stack.has(TestStack.state("lin", 1));
        assertThat(stack.writes("gone", TestStack.state("lin", 2)).code()).isEqualTo("LEASE_LOST");
        does(
                request,
                "POST",
                "/v1/orphans/" + ref.key() + "/2/" + how,
                "{\"execute\":true," + WHY + "}");
    }

    private void setsAGeneration(String request) {
        TestUpstream upstream = new TestUpstream();
        upstream.publishes(wants(7));
        does(
                request,
                "POST",
                "/v1/tenants/" + tenant + "/generation",
                "{\"generation\":3,\"execute\":true," + WHY + "}");
    }

    private void abandonsALife(String request) {
        TestUpstream upstream = new TestUpstream();
        upstream.publishes(wants(1));
        upstream.publishes(wants(1).put("incarnation", 2));
        does(
                request,
                "POST",
                "/v1/tenants/" + tenant + "/abandon",
                "{\"incarnation\":1,\"execute\":true," + WHY + "}");
    }

    private void releasesWhatIsHeld(String request) {
        TestUpstream upstream = TestUpstream.byPosition();
        TestUpstream other = upstream.partition(7);
        upstream.publishes(TestUpstream.uncounted(wants(1)));
        other.publishes(TestUpstream.uncounted(wants(2)));
        does(
                request,
                "POST",
                "/v1/tenants/" + tenant + "/release",
                "{\"execute\":true," + WHY + "}");
    }

    private void confirmsATopic(String request) {
        TestUpstream upstream = TestUpstream.byPosition();
        upstream.publishes(TestUpstream.uncounted(wants(1)));
        upstream.madeAgain().publishes(TestUpstream.uncounted(wants(2)));
        does(
                request,
                "POST",
                "/v1/intake/topics/confirm",
                "{\"topic\":\"%s\",\"execute\":true,%s}".formatted(upstream.topic(), WHY));
    }

    private void rewindsIntake(String request) {
        TestUpstream upstream = new TestUpstream();
        upstream.publishes(wants(1));
        does(
                request,
                "POST",
                "/v1/intake/rewind",
                "{\"topic\":\"%s\",\"offset\":0,\"execute\":true,%s}"
                        .formatted(upstream.topic(), WHY));
    }

    private void rotatesKeys(String request) {
        does(request, "POST", "/v1/keys/rotate", "{" + WHY + "}");
    }

    private void deletesAKey(String request) {
        stack.has(TestStack.state("lin", 1));
        ledger.life(tenant, 1);
        ledger.update("update life set gone_at = now() where tenant_id = ?", tenant);
        ledger.update(
                """
                insert into stack (tenant_id, incarnation, stack, wanted, destroyed, blueprint_name,
                    blueprint_version, changed_at)
                values (?, 1, 'main', false, true, 'starter', '1.0.0', now())
                """,
                tenant);
        does(
                request,
                "POST",
                "/v1/keys/" + tenant + "/1/deletion",
                "{\"execute\":true," + WHY + "}");
    }

    private void holds(String request, String path) {
        ledger.due(tenant);
        does(request, "POST", path.formatted(tenant), "{" + WHY + "}");
    }

    private void cancelsARun(String request) {
        worker.beginsWithNothingDue();
        ledger.due(tenant);
        String run = worker.mustClaim().runId();
        does(request, "POST", "/v1/runs/" + run + "/cancel", "{" + WHY + "}");
    }

    private void closesABreaker(String request) {
        ledger.update(
                """
                insert into breaker (breaker_id, kind, key, phase, code, seen_run, failures, tenants, provider,
                    credentials, region, run_kind, fingerprint, modules, opened_at, open_until, wait_millis)
                values (?, 'MODULE', ?, 'OPEN', 'CONFIG', 'r', 5, 3, '', '', '', 'APPLY', 'f', 'none', now(), now(),
                    300000)
                """,
                "b-" + tenant,
                tenant);
        does(request, "POST", "/v1/breakers/b-" + tenant + "/close", "{" + WHY + "}");
    }

    private void setsACap(String request) {
        does(request, "PUT", "/v1/caps/" + tenant, "{\"most\":1,\"stack\":\"none\"," + WHY + "}");
    }

    private void removesACap(String request) {
        setsACap("before-" + request);
        does(request, "POST", "/v1/caps/" + tenant + "/remove", "{" + WHY + "}");
    }

    /** An event of the tenant, for a blueprint that is there. */
    private ObjectNode wants(long generation) {
        String name = "of-" + tenant;
        does("before-" + UUID.randomUUID(), "POST", "/v1/blueprints", blueprint(name));
        return TestUpstream.wants(tenant, generation, name, (int) generation);
    }
}
