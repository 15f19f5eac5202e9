package io.leasehold.state.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestIssuer;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.state.TestWorker;
import io.leasehold.state.access.Role;
import io.leasehold.state.access.RouteWalk;
import io.leasehold.state.access.RouteWalk.Route;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Walks over every route by which people change something: each must write exactly one entry of the
 * audit when it did. A new route is shown here at work, or excused with a reason.
 */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class AuditedRoutesIT {
    private static final Set<String> OF_PEOPLE = Set.of(Role.OPERATOR, Role.APPROVER, Role.STATE);

    /** Routes that write no entry, and why not. */
    private static final Map<String, String> EXCUSED = Map.of();

    @Inject Ledger ledger;
    @Inject TestWorker worker;

    private final String tenant = "own-" + UUID.randomUUID();
    private final String state = "/state/" + tenant + "/1/main";

    /** What each route is for, done in the request of that id. */
    private Map<String, Consumer<String>> shown() {
        return Map.of(
                "POST /v1/blueprints", this::registersABlueprint,
                "PUT /v1/dead-letters/{id}/edit", this::correctsALetter,
                "POST /v1/dead-letters/{id}/replay", this::replaysALetter,
                "LOCK /state/{tenantId}/{incarnation}/{stack}", this::locks,
                "UNLOCK /state/{tenantId}/{incarnation}/{stack}", this::unlocks,
                "POST /state/{tenantId}/{incarnation}/{stack}", this::writes);
    }

    @TestFactory
    List<DynamicTest> everyRouteByWhichPeopleChangeSomethingWritesExactlyOneEntry() {
        return RouteWalk.routes().stream()
                .filter(route -> !route.verb().equals("GET") && route.isFor(OF_PEOPLE))
                .map(route -> DynamicTest.dynamicTest(route.toString(), () -> writesOne(route)))
                .toList();
    }

    private void writesOne(Route route) {
        if (EXCUSED.containsKey(route.toString())) {
            return;
        }
        Consumer<String> shown = shown().get(route.toString());
        assertThat(shown)
                .as("show %s at work in this test, or excuse it with a reason", route)
                .isNotNull();
        String request = "request-" + UUID.randomUUID();

        Objects.requireNonNull(shown).accept(request);

        assertThat(
                        ledger.column(
                                "select actor || ' ' || role || ' ' || outcome from audit where"
                                        + " request_id = ?",
                                request))
                .containsExactly("the-operator operator DONE");
    }

    @Test
    void nothingIsShownOrExcusedThatIsNotARoute() {
        List<String> routes = RouteWalk.routes().stream().map(Route::toString).toList();

        assertThat(routes).containsAll(shown().keySet()).containsAll(EXCUSED.keySet());
    }

    @Test
    void anAttemptThatIsNotAllowedIsWrittenDownWithItsReason() {
        String request = "request-" + UUID.randomUUID();

        send(TestTokens.OWN_OPERATOR, request, "POST", "/v1/blueprints", "{}", 403);

        assertThat(
                        ledger.column(
                                "select concat_ws(' ', actor, action, subject, outcome, reason) from"
                                        + " audit where request_id = ?",
                                request))
                .singleElement()
                .asString()
                .startsWith("the-operator-own refused POST /v1/blueprints REFUSED OUT_OF_LIMITS: ");
    }

    @Test
    void anAttemptOnATenantsThingIsThatTenants() {
        String request = "request-" + UUID.randomUUID();

        send(TestTokens.PUBLISHER, request, "LOCK", state, "{\"ID\":\"a\"}", 403);

        assertThat(
                        ledger.column(
                                "select concat_ws(' ', actor, tenant_id, subject) from audit where"
                                        + " request_id = ?",
                                request))
                .containsExactly("the-publisher " + tenant + " LOCK " + state);
    }

    @Test
    void lookingAndBeingNobodyAreNotWrittenDownAndMuchIsWrittenDownOnlyInPart() {
        String look = "request-" + UUID.randomUUID();
        send(TestTokens.VIEWER, look, "GET", "/v1/dead-letters/x", null, 403);
        send("nobody", look, "POST", "/v1/blueprints", "{}", 401);
        assertThat(ledger.column("select 1 from audit where request_id = ?", look)).isEmpty();

        String much = "request-" + UUID.randomUUID();
        String person = TestIssuer.token(much, "everyone");
        for (int i = 0; i < 40; i++) {
            send(person, much, "POST", "/v1/blueprints", "{}", 403);
        }
        // A minute may have begun anew in between.
        assertThat(ledger.column("select 1 from audit where request_id = ?", much))
                .hasSizeBetween(10, 20);
    }

    // ── each route at work ──────────────────────────────────────────────────────────────────────

    private void registersABlueprint(String request) {
        operator(
                request,
                "POST",
                "/v1/blueprints",
                TestBlueprints.registration(
                        TestBlueprints.SINGLE, "audited-" + UUID.randomUUID(), "1.0.0"));
    }

    private void correctsALetter(String request) {
        operator(
                request,
                "PUT",
                "/v1/dead-letters/" + letter() + "/edit",
                "{\"value\":\"{}\",\"reason\":\"a brace was missing\"}");
    }

    private void replaysALetter(String request) {
        operator(
                request,
                "POST",
                "/v1/dead-letters/" + letterOfARun() + "/replay",
                "{\"execute\":true,\"reason\":\"the reader was mended\"}");
    }

    /** Of an event that intake refused. */
    private String letter() {
        TestUpstream upstream = new TestUpstream();
        upstream.dispositions(upstream.refused("SCHEMA_INVALID"));
        return String.valueOf(
                ledger.value("select id from dead_letter where topic = ?", upstream.topic()));
    }

    /** Of a run that failed for good. */
    private String letterOfARun() {
        worker.beginsWithNothingDue();
        ledger.due(tenant);
        worker.fails(worker.mustClaim(), "CONFIG");
        return String.valueOf(
                ledger.value("select id from dead_letter where tenant_id = ?", tenant));
    }

    private void locks(String request) {
        operator(request, "LOCK", state + "-l", "{\"ID\":\"a\"}");
    }

    private void unlocks(String request) {
        operator("before", "LOCK", state + "-u", "{\"ID\":\"a\"}");
        operator(request, "UNLOCK", state + "-u", "{\"ID\":\"a\"}");
    }

    private void writes(String request) {
        operator("before", "LOCK", state + "-w", "{\"ID\":\"a\"}");
        operator(
                request,
                "POST",
                state + "-w?ID=a",
                "{\"version\":4,\"serial\":1,\"lineage\":\"l\",\"outputs\":{},\"resources\":[]}");
    }

    private static void operator(String request, String verb, String path, String body) {
        Reply reply =
                ServiceClient.as(TestTokens.OPERATOR)
                        .send(verb, path, body, "X-Request-Id", request);
        assertThat(reply.status()).as(reply.body()).isBetween(200, 299);
    }

    private static void send(
            String token,
            String request,
            String verb,
            String path,
            @Nullable String body,
            int status) {
        Reply reply = ServiceClient.as(token).send(verb, path, body, "X-Request-Id", request);
        assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    }
}
