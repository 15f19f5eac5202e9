package io.leasehold.state.request;

import io.quarkus.arc.Arc;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The request that is served where this is asked. Work that the service does of its own accord has
 * none, and then everything here is null. Safe to share.
 */
@ApplicationScoped
public class CurrentRequest {
    private static final String ROLE = "leasehold.role";
    private static final String OPEN_TO = "leasehold.open-to";

    private final CurrentVertxRequest request;

    CurrentRequest(CurrentVertxRequest request) {
        this.request = request;
    }

    private @Nullable RoutingContext routing() {
        return Arc.requireContainer().requestContext().isActive() ? request.getCurrent() : null;
    }

    /** The roles that the route is for; empty before they were looked at. */
    public List<String> openTo() {
        RoutingContext context = routing();
        List<String> roles = context == null ? null : context.get(OPEN_TO);
        return roles == null ? List.of() : roles;
    }

    /** Notes the roles that the route is for. */
    public void isOpenTo(List<String> roles) {
        RoutingContext context = routing();
        if (context != null) {
            context.put(OPEN_TO, roles);
        }
    }

    /** The id of the request. */
    public @Nullable String id() {
        RoutingContext context = routing();
        return context == null ? null : RequestIds.of(context);
    }

    /** The role by which the caller may do what it asks for. */
    public @Nullable String role() {
        RoutingContext context = routing();
        return context == null ? null : context.get(ROLE);
    }

    /** Notes that role. */
    public void actsAs(String role) {
        RoutingContext context = routing();
        if (context != null) {
            context.put(ROLE, role);
        }
    }
}
