package io.leasehold.state.blueprint;

import io.leasehold.ledger.api.BlueprintRegistration;
import io.leasehold.ledger.api.BlueprintView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.Paths;
import io.leasehold.state.access.Caller;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** Registers and lists blueprints. */
@Path(Paths.BLUEPRINTS)
@Cancellable(false)
@Produces(MediaType.APPLICATION_JSON)
public class BlueprintResource {
    private static final int MOST = 500;

    private final BlueprintRegistry registry;
    private final Caller caller;
    private final BlueprintWaiters waiters;

    /** Tells those who wait once a blueprint is committed. */
    public BlueprintResource(BlueprintRegistry registry, Caller caller, BlueprintWaiters waiters) {
        this.registry = registry;
        this.caller = caller;
        this.waiters = waiters;
    }

    /** 201 for a new blueprint, 200 for one that is there already with the same content. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed("operator")
    public Uni<RestResponse<BlueprintView>> register(BlueprintRegistration registration) {
        return registry.register(registration, caller.name())
                .call(done ->
                        waiters.registered(
                                new BlueprintKey(done.view().name(), done.view().version())))
                .map(done ->
                        RestResponse.status(
                                done.created()
                                        ? RestResponse.Status.CREATED
                                        : RestResponse.Status.OK,
                                done.view()));
    }

    /** A page of blueprints. */
    @GET
    @RolesAllowed("viewer")
    public Uni<Page<BlueprintView>> list(
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        return registry.list(position(after), Math.clamp(limit, 1, MOST));
    }

    private static @Nullable BlueprintKey position(@Nullable String after) {
        if (after == null || after.isEmpty()) {
            return null;
        }
        String[] parts = after.split("@", -1);
        if (parts.length != 2) {
            throw new Refusal(400, "PAGE_INVALID", "after must be a page's next");
        }
        return new BlueprintKey(parts[0], parts[1]);
    }
}
