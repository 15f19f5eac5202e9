package io.leasehold.state.audit;

import io.leasehold.ledger.api.Problem;
import io.leasehold.state.access.Caller;
import io.leasehold.state.access.Role;
import io.leasehold.state.request.CurrentRequest;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ResourceInfo;
import java.lang.reflect.Method;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jspecify.annotations.Nullable;

/**
 * Writes down who tried to change what they may not: what people may change, and a caller that is
 * known. The answer does not depend on it.
 */
class RefusedAttempts {
    private static final Logger LOGGER = Logger.getLogger(RefusedAttempts.class);
    private static final Set<String> OF_PEOPLE = Set.of(Role.OPERATOR, Role.APPROVER, Role.STATE);
    private static final Set<String> LOOKING = Set.of(HttpMethod.GET, HttpMethod.HEAD);
    private static final int FORBIDDEN = 403;
    private static final int LONGEST_PATH = 200;

    private final Mutiny.SessionFactory sessions;
    private final Audit audit;
    private final Caller caller;
    private final CurrentRequest request;
    private final RefusalBudget budget;

    RefusedAttempts(
            Mutiny.SessionFactory sessions,
            Audit audit,
            Caller caller,
            CurrentRequest request,
            AuditConfig config,
            Clock clock) {
        this.sessions = sessions;
        this.audit = audit;
        this.caller = caller;
        this.request = request;
        this.budget = new RefusalBudget(config.refusalsPerMinute(), clock);
    }

    /** Runs before the refusal leaves. */
    @ServerResponseFilter
    public Uni<Void> note(
            ContainerRequestContext asked,
            ContainerResponseContext response,
            ResourceInfo resource) {
        if (response.getStatus() != FORBIDDEN
                || LOOKING.contains(asked.getMethod())
                || !isForPeople(resource)) {
            return Uni.createFrom().voidItem();
        }
        String actor = caller.name();
        return budget.take(actor).stream()
                .mapToObj(untold -> write(deed(actor, asked, response, untold)))
                .findFirst()
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    /** Who fails the check of roles is refused before anybody noted what the route is open to. */
    private boolean isForPeople(ResourceInfo resource) {
        List<String> roles = request.openTo();
        Method method = resource.getResourceMethod();
        if (roles.isEmpty() && method != null) {
            RolesAllowed named = method.getAnnotation(RolesAllowed.class);
            roles = named == null ? List.of() : List.of(named.value());
        }
        return roles.stream().anyMatch(OF_PEOPLE::contains);
    }

    private static Deed deed(
            String actor,
            ContainerRequestContext asked,
            ContainerResponseContext response,
            int untold) {
        String why =
                response.getEntity() instanceof Problem problem
                        ? problem.code() + ": " + problem.detail()
                        : "FORBIDDEN";
        String path = asked.getUriInfo().getPath().replaceAll("\\p{Cc}", "?");
        return new Deed(
                actor,
                "refused",
                asked.getMethod() + " " + path.substring(0, Math.min(path.length(), LONGEST_PATH)),
                tenant(asked.getUriInfo().getPathParameters().getFirst("tenantId")),
                untold == 0 ? why : why + " (and " + untold + " more that are not written down)");
    }

    private static @Nullable String tenant(@Nullable String id) {
        return id != null && Deed.isTenant(id) ? id : null;
    }

    private Uni<Void> write(Deed deed) {
        return sessions.withTransaction(session -> audit.refused(session, deed))
                .onFailure()
                .recoverWithUni(failure -> {
                    LOGGER.errorf(
                            failure,
                            "refused attempt not written down actor=%s subject=%s",
                            deed.actor(),
                            deed.subject());
                    return Uni.createFrom().voidItem();
                });
    }
}
