package io.leasehold.state.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestIssuer;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.state.access.RouteWalk.Route;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Walks over every route there is, so that none can be added without a lock on its door. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class EveryRouteIT {
    private static final Map<String, Set<String>> TOKENS =
            Map.of(
                    TestTokens.WORKER, Set.of(Role.WORKER),
                    TestTokens.INTAKE, Set.of(Role.INTAKE),
                    TestTokens.PUBLISHER, Set.of(Role.PUBLISHER),
                    TestTokens.OPERATOR, Set.of(Role.OPERATOR, Role.VIEWER),
                    TestTokens.APPROVER, Set.of(Role.APPROVER, Role.VIEWER),
                    TestTokens.VIEWER, Set.of(Role.VIEWER),
                    TestTokens.STATE, Set.of(Role.STATE));

    @Inject Ledger ledger;
    @Inject TestWorker worker;

    @Test
    void theWalkFindsTheRoutes() {
        assertThat(RouteWalk.routes())
                .extracting(Route::path)
                .contains("/state/x/1/x", "/v1/outbox/shards", "/v1/audit/stream");
    }

    @TestFactory
    List<DynamicTest> everyRouteNamesItsRoles() {
        return each(route -> assertThat(route.roles()).as(route.where()).isNotEmpty());
    }

    @Test
    void aRouteThatNamesNoneIsClosedToEverybody() {
        for (String token : TOKENS.keySet()) {
            Reply reply = ServiceClient.as(token).send("GET", "/test/unlocked", null);

            assertThat(reply.status()).as(token).isEqualTo(403);
            assertThat(reply.code()).isEqualTo("FORBIDDEN");
        }
        assertThat(ServiceClient.as(null).send("GET", "/test/unlocked", null).status())
                .isEqualTo(401);
    }

    @TestFactory
    List<DynamicTest> everyRouteRefusesNobodyAndUnknownTokens() {
        return each(route -> {
            for (String token : new String[] {null, "no-such-token", unknownCredential()}) {
                Reply reply = ServiceClient.as(token).send(route.verb(), route.path(), null);
                assertThat(reply.status()).as("token %s", token).isEqualTo(401);
                assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
                assertThat(reply.code()).isEqualTo("UNAUTHENTICATED");
                assertThat(reply.header("WWW-Authenticate")).isNotEmpty();
            }
        });
    }

    private static String unknownCredential() {
        return "lhr." + UUID.randomUUID() + "." + "0".repeat(64);
    }

    @TestFactory
    List<DynamicTest> everyRouteRefusesEveryRoleThatItDoesNotName() {
        Map<String, Set<String>> tokens = new LinkedHashMap<>(TOKENS);
        tokens.put(credential(), Set.of(Role.RUN));
        return each(route ->
                tokens.forEach((token, roles) -> {
                    if (!route.isFor(roles)) {
                        refused(ServiceClient.as(token), route, route.path(), "FORBIDDEN");
                    }
                }));
    }

    @TestFactory
    List<DynamicTest> everyRouteRefusesWhatIsNotWithinACallersLimits() {
        Map<String, Set<String>> limited = limited();
        String other = "other-" + UUID.randomUUID();
        Map<String, String> values = values(other, "main");
        return each(route ->
                limited.forEach((token, roles) -> {
                    if (route.isFor(roles)) {
                        ServiceClient caller = ServiceClient.as(token);
                        String path = route.path(values);
                        refused(caller, route, path, "OUT_OF_LIMITS");
                        if (route.byTenant()) {
                            refused(caller, route, path + "?tenant=" + other, "OUT_OF_LIMITS");
                            refused(
                                    caller,
                                    route,
                                    path + "?tenant=own-1&tenant=" + other,
                                    "OUT_OF_LIMITS");
                            refused(caller, route, path + "?tenant=", "OUT_OF_LIMITS");
                        }
                    }
                }));
    }

    @TestFactory
    List<DynamicTest> everyRouteOfATenantIsOpenWithinTheLimits() {
        Map<String, Set<String>> limited = limited();
        String own = "own-" + UUID.randomUUID();
        Map<String, String> values = values(own, "main");
        return each(route ->
                limited.forEach((token, roles) -> {
                    boolean ofTenant = route.byTenant() || ofOneTenant(route);
                    if (route.isFor(roles)
                            && ofTenant
                            && !roles.contains(Role.RUN)
                            && !route.template().endsWith("/stream")) {
                        String path =
                                route.path(values) + (route.byTenant() ? "?tenant=" + own : "");
                        Reply reply = ServiceClient.as(token).send(route.verb(), path, null);
                        assertThat(reply.status()).as(path + reply.body()).isNotIn(401, 403, 500);
                    }
                }));
    }

    private static boolean ofOneTenant(Route route) {
        return route.template().contains("{tenantId}")
                || route.template().contains("{runId}")
                || route.template().startsWith("/v1/dead-letters/");
    }

    /** Everybody whose rights are limited, with the roles they have within. */
    private Map<String, Set<String>> limited() {
        Map<String, Set<String>> limited = new LinkedHashMap<>();
        limited.put(TestTokens.OWN_OPERATOR, Set.of(Role.OPERATOR, Role.VIEWER));
        limited.put(TestTokens.OWN_VIEWER, Set.of(Role.VIEWER));
        limited.put(TestTokens.STATE, Set.of(Role.STATE));
        limited.put(TestIssuer.token("carol", "own-team"), Set.of(Role.VIEWER, Role.STATE));
        limited.put(credential(), Set.of(Role.RUN));
        return limited;
    }

    /** The credential of a run at work. */
    private String credential() {
        worker.beginsWithNothingDue();
        ledger.due("own-" + UUID.randomUUID());
        return Objects.requireNonNull(worker.mustClaim().credential());
    }

    /** A run and a dead letter of a tenant, and the tenant itself. */
    private Map<String, String> values(String tenant, String stack) {
        String run = UUID.randomUUID().toString();
        String letter = UUID.randomUUID().toString();
        StackRef ref = new StackRef(tenant, 1, stack);
        ledger.update(
                """
                insert into run (run_id, tenant_id, incarnation, stack, kind, phase, generation, revision,
                    attempt, blueprint_name, blueprint_version, worker, state_version, started_at)
                values (?, ?, 1, ?, 'APPLY', 'FINISHED', 1, 1, 1, 'starter', '1.0.0', 'w', 1, now())
                """,
                run,
                ref.tenantId(),
                ref.stack());
        ledger.update(
                """
                insert into dead_letter (id, kind, status, tenant_id, incarnation, stack, run_id, revision,
                    generation, code, reason, at)
                values (?, 'RUN', 'OPEN', ?, 1, ?, ?, 1, 1, 'UNKNOWN', 'it failed', now())
                """,
                letter,
                ref.tenantId(),
                ref.stack(),
                run);
        return Map.of("tenantId", tenant, "stack", stack, "runId", run, "id", letter);
    }

    private static void refused(ServiceClient caller, Route route, String path, String code) {
        Reply reply = caller.send(route.verb(), path, null);
        assertThat(reply.status()).as("%s %s %s", route, path, reply.body()).isEqualTo(403);
        assertThat(reply.code()).as(path).isEqualTo(code);
        assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
    }

    private static List<DynamicTest> each(Consumer<Route> check) {
        return RouteWalk.routes().stream()
                .map(route -> DynamicTest.dynamicTest(route.toString(), () -> check.accept(route)))
                .toList();
    }
}
