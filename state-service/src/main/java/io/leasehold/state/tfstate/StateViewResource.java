package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateVersionView;
import io.leasehold.state.access.Caller;
import io.leasehold.state.access.Role;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** States as people look at them. */
@Path("/")
@Cancellable(false)
class StateViewResource {
    private static final int MOST_VERSIONS = 500;

    private final StateViews views;
    private final StateReads reads;
    private final Caller caller;

    StateViewResource(StateViews views, StateReads reads, Caller caller) {
        this.views = views;
        this.reads = reads;
        this.caller = caller;
    }

    /** The newest version of each stack. */
    @GET
    @Path(Paths.STATES)
    @RolesAllowed(Role.VIEWER)
    public Uni<Page<StateVersionView>> states(
            @QueryParam("tenant") @Nullable String tenant,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @Nullable Integer limit) {
        return views.newest(StackPage.of(tenant, after, limit));
    }

    /** The versions of a stack, newest first; deleted ones only when asked for. */
    @GET
    @Path(Paths.STATE_VERSIONS)
    @RolesAllowed(Role.VIEWER)
    public Uni<Page<StateVersionView>> versions(
            @PathParam("tenantId") String tenantId,
            @PathParam("incarnation") String incarnation,
            @PathParam("stack") String stack,
            @QueryParam("after") @Nullable Long before,
            @QueryParam("limit") @DefaultValue("100") int limit,
            @QueryParam("deleted") @DefaultValue("false") boolean deleted) {
        return views.versions(
                StackPath.of(tenantId, incarnation, stack),
                before,
                Math.clamp(limit, 1, MOST_VERSIONS),
                deleted);
    }

    /** One version's bytes; audited. */
    @GET
    @Path(Paths.STATE_VERSION)
    @RolesAllowed(Role.OPERATOR)
    public Uni<Response> version(
            @PathParam("tenantId") String tenantId,
            @PathParam("incarnation") String incarnation,
            @PathParam("stack") String stack,
            @PathParam("version") long version) {
        StackRef ref = StackPath.of(tenantId, incarnation, stack);
        return reads.version(ref, version, caller.name())
                .map(state ->
                        state.map(StateViewResource::found)
                                .orElseThrow(() ->
                                        new Refusal(
                                                404,
                                                "STATE_UNKNOWN",
                                                ref + " has no such version")));
    }

    private static Response found(StateReads.Served state) {
        return Response.ok(state.plain(), MediaType.APPLICATION_JSON_TYPE)
                .header("Cache-Control", "no-store")
                .build();
    }
}
