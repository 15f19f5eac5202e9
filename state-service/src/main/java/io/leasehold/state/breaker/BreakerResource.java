package io.leasehold.state.breaker;

import io.leasehold.ledger.api.BreakerClosing;
import io.leasehold.ledger.api.BreakerView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.Paths;
import io.leasehold.state.access.Caller;
import io.leasehold.state.access.Role;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Where operators see breakers, and close them. */
@Path("/")
@Cancellable(false)
public class BreakerResource {
    private final BreakerDesk desk;
    private final Caller caller;

    BreakerResource(BreakerDesk desk, Caller caller) {
        this.desk = desk;
        this.caller = caller;
    }

    /** Open breakers, the newest first. */
    @GET
    @Path(Paths.BREAKERS)
    @RolesAllowed(Role.VIEWER)
    public Uni<Page<BreakerView>> list(
            @QueryParam("closed") @DefaultValue("false") boolean closed) {
        return desk.list(closed);
    }

    /** Closes one by hand. */
    @POST
    @Path(Paths.BREAKER_CLOSE)
    @RolesAllowed(Role.OPERATOR)
    public Uni<BreakerView> close(@PathParam("id") String id, @NotNull BreakerClosing closing) {
        return desk.close(caller.name(), id, closing.reason());
    }
}
