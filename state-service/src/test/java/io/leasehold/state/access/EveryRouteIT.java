package io.leasehold.state.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Walks over every route there is, so that none can be added without a lock on its door. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class EveryRouteIT {
    private static final Map<String, String> VALUES =
            Map.of("incarnation", "1", "shard", "1", "version", "1");
    private static final Map<String, Set<String>> TOKENS =
            Map.of(
                    TestTokens.WORKER, Set.of(Role.WORKER),
                    TestTokens.INTAKE, Set.of(Role.INTAKE),
                    TestTokens.PUBLISHER, Set.of(Role.PUBLISHER),
                    TestTokens.OPERATOR, Set.of(Role.OPERATOR, Role.VIEWER),
                    TestTokens.VIEWER, Set.of(Role.VIEWER));

    private record Route(String verb, String path, String where, Set<String> roles) {}

    @Test
    void theWalkFindsTheRoutes() {
        assertThat(routes()).extracting(Route::path).contains("/state/x/1/x", "/v1/outbox/shards");
    }

    @TestFactory
    List<DynamicTest> everyRouteNamesItsRoles() {
        return routes().stream()
                .map(route ->
                        DynamicTest.dynamicTest(
                                route.where(), () -> assertThat(route.roles()).isNotEmpty()))
                .toList();
    }

    @TestFactory
    List<DynamicTest> everyRouteRefusesNobodyAndUnknownTokensAndWrongRoles() {
        return routes().stream()
                .map(route ->
                        DynamicTest.dynamicTest(
                                route.verb() + " " + route.path(), () -> refuses(route)))
                .toList();
    }

    private static void refuses(Route route) {
        for (String token : new String[] {null, "no-such-token"}) {
            Reply reply = ServiceClient.as(token).send(route.verb(), route.path(), null);
            assertThat(reply.status()).as("token %s", token).isEqualTo(401);
            assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
            assertThat(reply.code()).isEqualTo("UNAUTHENTICATED");
            assertThat(reply.header("WWW-Authenticate")).isNotEmpty();
        }
        TOKENS.forEach((token, roles) -> {
            if (roles.stream().noneMatch(route.roles()::contains)) {
                Reply reply = ServiceClient.as(token).send(route.verb(), route.path(), null);
                assertThat(reply.status()).as(token).isEqualTo(403);
                assertThat(reply.code()).isEqualTo("FORBIDDEN");
                assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
            }
        });
    }

    private static List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        for (JavaClass each :
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.leasehold.state")) {
            if (each.isAnnotatedWith(Path.class)) {
                each.getMethods().forEach(method -> add(routes, each, method));
            }
        }
        return routes;
    }

    private static void add(List<Route> routes, JavaClass resource, JavaMethod method) {
        method.getAnnotations().stream()
                .filter(each -> each.getRawType().isAnnotatedWith(HttpMethod.class))
                .map(each -> each.getRawType().getAnnotationOfType(HttpMethod.class).value())
                .forEach(verb ->
                        routes.add(
                                new Route(
                                        verb,
                                        path(resource, method),
                                        method.getFullName(),
                                        roles(method))));
    }

    private static String path(JavaClass resource, JavaMethod method) {
        String path = resource.getAnnotationOfType(Path.class).value();
        if (method.isAnnotatedWith(Path.class)) {
            path += "/" + method.getAnnotationOfType(Path.class).value();
        }
        for (Map.Entry<String, String> value : VALUES.entrySet()) {
            path = path.replace("{" + value.getKey() + "}", value.getValue());
        }
        return path.replaceAll("\\{[^}]*}", "x").replaceAll("/+", "/");
    }

    private static Set<String> roles(JavaMethod method) {
        return method.isAnnotatedWith(RolesAllowed.class)
                ? Set.of(method.getAnnotationOfType(RolesAllowed.class).value())
                : Set.of();
    }
}
