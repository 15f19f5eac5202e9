package io.leasehold.state.tenant;

import io.leasehold.ledger.api.HeldEventView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.Repair;
import io.leasehold.ledger.api.RepairReply;
import io.leasehold.ledger.api.SourceTopicView;
import io.leasehold.state.access.Caller;
import io.leasehold.state.access.Role;
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

/** Where operators look at sources and say how it goes on. */
@Path("/")
@Cancellable(false)
public class SourceResource {
    private static final int MOST = 1000;

    private final SourceDesk desk;
    private final SourceViews views;
    private final Caller caller;

    SourceResource(SourceDesk desk, SourceViews views, Caller caller) {
        this.desk = desk;
        this.views = views;
        this.caller = caller;
    }

    /** The topics that events came from. */
    @GET
    @Path(Paths.SOURCE_TOPICS)
    @RolesAllowed(Role.VIEWER)
    public Uni<Page<SourceTopicView>> topics() {
        return views.topics();
    }

    /** Events that are held, the longest first. */
    @GET
    @Path(Paths.HELD_EVENTS)
    @RolesAllowed(Role.VIEWER)
    public Uni<Page<HeldEventView>> held(
            @QueryParam("tenant") @Nullable String tenantId,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        return views.held(
                tenantId,
                after == null ? 0 : TenantResource.number(after),
                Math.clamp(limit, 1, MOST));
    }

    /** The topic that bears the name now goes on where the last one ended. */
    @POST
    @Path(Paths.CONFIRM_TOPIC)
    @RolesAllowed(Role.OPERATOR)
    public Uni<RepairReply> confirm(Repair.ConfirmTopic repair) {
        return desk.confirm(caller.name(), repair);
    }

    /** What is held of a tenant is judged as newer than all there is. */
    @POST
    @Path(Paths.RELEASE_HELD)
    @RolesAllowed(Role.OPERATOR)
    public Uni<RepairReply> release(
            @PathParam("tenantId") String tenantId, Repair.ReleaseHeld repair) {
        return desk.release(caller.name(), tenantId, repair);
    }

    /** Positions are judged again. */
    @POST
    @Path(Paths.REWIND)
    @RolesAllowed(Role.OPERATOR)
    public Uni<RepairReply> rewind(Repair.Rewind repair) {
        return desk.rewind(caller.name(), repair);
    }
}
