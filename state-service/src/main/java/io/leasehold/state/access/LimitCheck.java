package io.leasehold.state.access;

import io.leasehold.ledger.api.Paths;
import io.leasehold.state.problem.DatabaseFault;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.request.CurrentRequest;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Stands behind the check of roles and holds every caller to what its roles are limited to. What a
 * request is about is told by its path or its query; where neither tells, only a role without a
 * limit will do. Whatever goes wrong here is a no.
 */
class LimitCheck {
    private static final Logger LOGGER = Logger.getLogger(LimitCheck.class);

    private final SecurityIdentity identity;
    private final CurrentRequest current;
    private final Owners owners;
    private final Map<Method, Route> routes = new ConcurrentHashMap<>();

    LimitCheck(SecurityIdentity identity, CurrentRequest current, Owners owners) {
        this.identity = identity;
        this.current = current;
        this.owners = owners;
    }

    /** Lets the request pass, or fails with a refusal. */
    @ServerRequestFilter
    public Uni<Void> check(ContainerRequestContext request, ResourceInfo resource) {
        return Uni.createFrom()
                .deferred(() -> admit(request, resource))
                .onFailure(failure -> !(failure instanceof Refusal))
                .transform(this::closed);
    }

    private Throwable closed(Throwable failure) {
        if (DatabaseFault.of(failure) == DatabaseFault.AWAY) {
            return failure;
        }
        LOGGER.errorf(failure, "access could not be checked requestId=%s", current.id());
        return new Refusal(403, "FORBIDDEN", "Whether this is allowed could not be checked");
    }

    private Uni<Void> admit(ContainerRequestContext request, ResourceInfo resource) {
        Route route = routes.computeIfAbsent(resource.getResourceMethod(), Route::of);
        current.isOpenTo(route.roles());
        Grants grants = Identities.grants(identity);
        Optional<String> unlimited = grants.unlimited(route.roles());
        if (unlimited.isPresent()) {
            current.actsAs(unlimited.get());
            return Uni.createFrom().voidItem();
        }
        return target(request.getUriInfo(), route)
                .invoke(target -> admit(request.getMethod(), route, grants, target))
                .replaceWithVoid();
    }

    private void admit(String verb, Route route, Grants grants, Target target) {
        current.actsAs(
                grants.role(route.roles(), target)
                        .orElseThrow(() -> outside(route, grants, target)));
        Identities.run(identity)
                .flatMap(run -> run.refuses(verb))
                .ifPresent(refusal -> {
                    throw refusal;
                });
    }

    private static Refusal outside(Route route, Grants grants, Target target) {
        return new Refusal(
                403,
                "OUT_OF_LIMITS",
                "The caller is limited to "
                        + grants.limits(route.roles())
                        + (target instanceof Target.Everything && route.byTenant()
                                ? ": name a tenant within by ?tenant="
                                : ", and this is not within"));
    }

    private Uni<Target> target(UriInfo uri, Route route) {
        MultivaluedMap<String, String> path = uri.getPathParameters();
        String tenant = path.getFirst("tenantId");
        if (tenant != null) {
            return Uni.createFrom().item(named(tenant, path));
        }
        String run = path.getFirst("runId");
        if (run != null) {
            return owners.ofRun(run);
        }
        String id = path.getFirst("id");
        if (id != null && uri.getPath().startsWith(Paths.DEAD_LETTERS + "/")) {
            return owners.ofDeadLetter(id);
        }
        return Uni.createFrom()
                .item(asked(route, uri.getQueryParameters().getOrDefault("tenant", List.of())));
    }

    private static Target named(String tenant, MultivaluedMap<String, String> path) {
        String incarnation = path.getFirst("incarnation");
        String stack = path.getFirst("stack");
        return incarnation == null || stack == null
                ? new Target.Tenant(tenant)
                : new Target.Stack(tenant, incarnation, stack);
    }

    /** Exactly one tenant: of several, the resource might take another than the check. */
    private static Target asked(Route route, List<String> tenants) {
        return route.byTenant() && tenants.size() == 1
                ? new Target.Tenant(tenants.getFirst())
                : new Target.Everything();
    }
}
