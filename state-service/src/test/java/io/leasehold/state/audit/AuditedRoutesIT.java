package io.leasehold.state.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestIssuer;
import io.leasehold.state.TestTokens;
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
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Walks over every route by which people change something: each must write exactly one entry of the
 * audit when it did. A new route is shown at work in {@link PeoplesActs}, or excused with a reason.
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
        String request = "request-" + UUID.randomUUID();

        PeoplesActs.of(route.toString(), ledger, worker).accept(request);

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

        assertThat(routes).containsAll(PeoplesActs.routes()).containsAll(EXCUSED.keySet());
    }

    @Test
    void anAttemptThatIsNotAllowedIsWrittenDownWithItsReason() {
        String request = "request-" + UUID.randomUUID();

        send(person(request, "own-ops"), request, "POST", "/v1/blueprints", "{}", 403);

        assertThat(
                        ledger.column(
                                "select concat_ws(' ', actor, action, subject, outcome, reason) from"
                                        + " audit where request_id = ?",
                                request))
                .singleElement()
                .asString()
                .startsWith(
                        "oidc:" + request + " refused POST /v1/blueprints REFUSED OUT_OF_LIMITS: ");
    }

    @Test
    void anAttemptOnATenantsThingIsThatTenants() {
        String request = "request-" + UUID.randomUUID();

        send(person(request, "everyone"), request, "LOCK", state, "{\"ID\":\"a\"}", 403);

        assertThat(
                        ledger.column(
                                "select concat_ws(' ', actor, tenant_id, subject) from audit where"
                                        + " request_id = ?",
                                request))
                .containsExactly("oidc:" + request + " " + tenant + " LOCK " + state);
    }

    @Test
    void lookingAndBeingNobodyAreNotWrittenDownAndMuchIsWrittenDownOnlyInPart() {
        String look = "request-" + UUID.randomUUID();
        send(TestTokens.VIEWER, look, "GET", "/v1/dead-letters/x", null, 403);
        send("nobody", look, "POST", "/v1/blueprints", "{}", 401);
        assertThat(ledger.column("select 1 from audit where request_id = ?", look)).isEmpty();

        String much = "request-" + UUID.randomUUID();
        String person = person(much, "everyone");
        for (int i = 0; i < 40; i++) {
            send(person, much, "POST", "/v1/blueprints", "{}", 403);
        }
        // A minute may have begun anew in between.
        assertThat(ledger.column("select 1 from audit where request_id = ?", much))
                .hasSizeBetween(10, 20);
    }

    /** Somebody of whom no attempt was written down yet. */
    private static String person(String name, String group) {
        return TestIssuer.token(name, group);
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
