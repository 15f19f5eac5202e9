package io.leasehold.state.orphan;

import io.leasehold.ledger.api.OrphanRequest;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StateChange;
import io.leasehold.ledger.api.StateVersionView;
import io.leasehold.state.access.Caller;
import io.leasehold.state.access.Role;
import io.leasehold.state.tfstate.StackPath;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** Where people see orphans, and operators settle them. */
@Path("/")
@Cancellable(false)
public class OrphanResource {
    private final OrphanDesk desk;
    private final Caller caller;

    OrphanResource(OrphanDesk desk, Caller caller) {
        this.desk = desk;
        this.caller = caller;
    }

    /** Orphans that nobody settled; settled ones too when asked for. */
    @GET
    @Path(Paths.ORPHANS)
    @RolesAllowed(Role.VIEWER)
    public Uni<Page<StateVersionView>> list(
            @QueryParam("tenant") @Nullable String tenant,
            @QueryParam("settled") @DefaultValue("false") boolean settled,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        return desk.list(OrphanPage.of(tenant, settled, after, limit));
    }

    /** Says what adopting an orphan would change, or does it. */
    @POST
    @Path(Paths.ORPHAN_ADOPT)
    @RolesAllowed(Role.OPERATOR)
    public Uni<StateChange> adopt(
            @PathParam("tenantId") String tenantId,
            @PathParam("incarnation") String incarnation,
            @PathParam("stack") String stack,
            @PathParam("version") long version,
            OrphanRequest request) {
        return desk.adopt(
                StackPath.of(tenantId, incarnation, stack), version, caller.name(), request);
    }

    /** Says that an orphan could be dismissed, or does it. */
    @POST
    @Path(Paths.ORPHAN_DISMISS)
    @RolesAllowed(Role.OPERATOR)
    public Uni<StateChange> dismiss(
            @PathParam("tenantId") String tenantId,
            @PathParam("incarnation") String incarnation,
            @PathParam("stack") String stack,
            @PathParam("version") long version,
            OrphanRequest request) {
        return desk.dismiss(
                StackPath.of(tenantId, incarnation, stack), version, caller.name(), request);
    }
}
