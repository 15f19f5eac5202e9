package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.OutputView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.Paths;
import io.leasehold.state.access.Caller;
import io.leasehold.state.access.Role;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** Outputs as people look at them. */
@Path("/")
@Cancellable(false)
class OutputResource {
    private final OutputViews outputs;
    private final Caller caller;

    OutputResource(OutputViews outputs, Caller caller) {
        this.outputs = outputs;
        this.caller = caller;
    }

    /** Outputs, without the values of sensitive ones. */
    @GET
    @Path(Paths.OUTPUTS)
    @RolesAllowed(Role.VIEWER)
    public Uni<Page<OutputView>> list(
            @QueryParam("tenant") @Nullable String tenant,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @Nullable Integer limit) {
        return outputs.list(StackPage.of(tenant, after, limit));
    }

    /** One output with its value; audited. */
    @GET
    @Path(Paths.OUTPUT)
    @RolesAllowed(Role.OPERATOR)
    public Uni<OutputView> one(
            @PathParam("tenantId") String tenantId,
            @PathParam("incarnation") String incarnation,
            @PathParam("stack") String stack,
            @PathParam("name") String name) {
        return outputs.one(StackPath.of(tenantId, incarnation, stack), name, caller.name());
    }
}
