package io.leasehold.state.blueprint;

import io.leasehold.ledger.api.BlueprintRegistration;
import io.leasehold.ledger.api.BlueprintView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.Paths;
import io.leasehold.state.access.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Registers and lists blueprints. */
@Path(Paths.BLUEPRINTS)
@Cancellable(false)
@Produces(MediaType.APPLICATION_JSON)
public class BlueprintResource {
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

    /** All blueprints. */
    @GET
    @RolesAllowed("viewer")
    public Uni<Page<BlueprintView>> list() {
        return registry.list().map(views -> new Page<>(views, null));
    }
}
