package io.leasehold.state.lease;

import io.leasehold.ledger.api.CapRemoval;
import io.leasehold.ledger.api.CapRequest;
import io.leasehold.ledger.api.CapView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.Paths;
import io.leasehold.state.access.Caller;
import io.leasehold.state.access.Role;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Where operators say how many runs may be at work at once. */
@Path("/")
@Cancellable(false)
public class CapResource {
    private final Caps caps;
    private final Caller caller;

    CapResource(Caps caps, Caller caller) {
        this.caps = caps;
        this.caller = caller;
    }

    /** All caps, by name. */
    @GET
    @Path(Paths.CAPS)
    @RolesAllowed(Role.VIEWER)
    public Uni<Page<CapView>> list() {
        return caps.list();
    }

    /** Sets a cap, or changes it. */
    @PUT
    @Path(Paths.CAP)
    @RolesAllowed(Role.OPERATOR)
    public Uni<CapView> set(@PathParam("name") String name, @NotNull CapRequest cap) {
        return caps.set(caller.name(), name, cap);
    }

    /** Removes a cap. */
    @POST
    @Path(Paths.CAP_REMOVE)
    @RolesAllowed(Role.OPERATOR)
    public Uni<CapView> remove(@PathParam("name") String name, @NotNull CapRemoval removal) {
        return caps.remove(caller.name(), name, removal.reason());
    }
}
