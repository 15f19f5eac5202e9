package io.leasehold.state.blueprint;

import io.leasehold.ledger.api.BlueprintRegistration;
import io.leasehold.ledger.api.BlueprintView;
import io.leasehold.ledger.api.Paths;
import io.leasehold.state.access.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.event.Event;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;

/** Registers and lists blueprints. */
@Path(Paths.BLUEPRINTS)
@Produces(MediaType.APPLICATION_JSON)
public class BlueprintResource {
    private final BlueprintRegistry registry;
    private final Caller caller;
    private final Event<BlueprintRegistered> registered;

    /** Says by an event that a blueprint is there, after it was committed. */
    public BlueprintResource(
            BlueprintRegistry registry, Caller caller, Event<BlueprintRegistered> registered) {
        this.registry = registry;
        this.caller = caller;
        this.registered = registered;
    }

    /** 201 for a new blueprint, 200 for one that is there already with the same content. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed("operator")
    public Uni<RestResponse<BlueprintView>> register(BlueprintRegistration registration) {
        return registry.register(registration, caller.name())
                .invoke(done ->
                        registered.fire(
                                new BlueprintRegistered(
                                        new BlueprintKey(
                                                done.view().name(), done.view().version()))))
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
    public Uni<List<BlueprintView>> list() {
        return registry.list();
    }
}
