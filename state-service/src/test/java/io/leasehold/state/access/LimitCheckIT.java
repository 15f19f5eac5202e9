package io.leasehold.state.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.state.TestTokens;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.request.CurrentRequest;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;
import org.junit.jupiter.api.Test;

/** What the check of limits says when something goes wrong in it: no. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class LimitCheckIT {
    @Inject CurrentRequest current;

    /** A route by the id of a run. */
    @RolesAllowed(Role.VIEWER)
    public void ofARun() {}

    /** A route that names no role. */
    public void ofNobody() {}

    @Test
    void aFailureInTheCheckIsANo() {
        assertThatThrownBy(() -> check(limited(), "ofARun", new IllegalStateException("broken")))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> {
                            assertThat(refusal.status()).isEqualTo(403);
                            assertThat(refusal.detail()).doesNotContain("broken");
                        });
    }

    @Test
    void whileTheDatabaseIsAwayNothingPassesEither() {
        assertThatThrownBy(() -> check(limited(), "ofARun", new IOException("reset")))
                .hasRootCauseMessage("reset");
    }

    @Test
    void anIdentityThatNobodyGaveRightsHasNone() {
        SecurityIdentity stranger =
                QuarkusSecurityIdentity.builder()
                        .setPrincipal(() -> "stranger")
                        .addRole(Role.VIEWER)
                        .build();

        assertThatThrownBy(() -> check(stranger, "ofARun", new IllegalStateException("unused")))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void aRouteThatNamesNoRoleLetsNobodyPass() {
        SecurityIdentity operator =
                Identities.of("op", new Grants(Grants.of(Role.OPERATOR, Scope.ALL)));

        assertThatThrownBy(() -> check(operator, "ofNobody", new IllegalStateException("unused")))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void whoHasNoLimitsNeedsNoLook() {
        SecurityIdentity viewer =
                Identities.of("viewer", new Grants(Grants.of(Role.VIEWER, Scope.ALL)));

        check(viewer, "ofARun", new IllegalStateException("not asked"));
    }

    private static SecurityIdentity limited() {
        return Identities.of(
                "desk", new Grants(Grants.of(Role.VIEWER, Scope.of("tenant=acme*").orElseThrow())));
    }

    private void check(SecurityIdentity identity, String method, Exception failure) {
        Mutiny.SessionFactory broken =
                answering(
                        Mutiny.SessionFactory.class,
                        _ -> {
                            throw failure;
                        });
        UriInfo uri =
                answering(
                        UriInfo.class,
                        called ->
                                called.getName().equals("getPath")
                                        ? "/v1/runs/1"
                                        : new MultivaluedHashMap<>(Map.of("runId", "1")));
        ContainerRequestContext request =
                answering(
                        ContainerRequestContext.class,
                        called -> called.getName().equals("getUriInfo") ? uri : "GET");
        ResourceInfo resource =
                answering(ResourceInfo.class, _ -> LimitCheckIT.class.getMethod(method));
        new LimitCheck(identity, current, new Owners(broken))
                .check(request, resource)
                .await()
                .indefinitely();
    }

    private interface Answer {
        Object to(Method called) throws Exception;
    }

    private static <T> T answering(Class<T> type, Answer answer) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        List.of(type).toArray(Class<?>[]::new),
                        (_, called, _) -> answer.to(called)));
    }
}
