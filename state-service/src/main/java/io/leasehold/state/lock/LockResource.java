package io.leasehold.state.lock;

import io.leasehold.ledger.api.LockReleaseRequest;
import io.leasehold.ledger.api.LockReleased;
import io.leasehold.ledger.api.LockView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.Paths;
import io.leasehold.state.access.Caller;
import io.leasehold.state.access.Role;
import io.leasehold.state.tfstate.StackPage;
import io.leasehold.state.tfstate.StackPath;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** Where people see who holds a stack, and operators take it from them. */
@Path("/")
@Cancellable(false)
public class LockResource {
    private final LockReleases locks;
    private final Caller caller;

    LockResource(LockReleases locks, Caller caller) {
        this.locks = locks;
        this.caller = caller;
    }

    /** Who holds which stack. */
    @GET
    @Path(Paths.LOCKS)
    @RolesAllowed(Role.VIEWER)
    public Uni<Page<LockView>> locks(
            @QueryParam("tenant") @Nullable String tenant,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @Nullable Integer limit) {
        return locks.list(StackPage.of(tenant, after, limit));
    }

    /** Takes a stack from its holder; from one that lives only when it is said twice. */
    @POST
    @Path(Paths.LOCK_RELEASE)
    @RolesAllowed(Role.OPERATOR)
    public Uni<LockReleased> release(
            @PathParam("tenantId") String tenantId,
            @PathParam("incarnation") String incarnation,
            @PathParam("stack") String stack,
            LockReleaseRequest request) {
        return locks.release(StackPath.of(tenantId, incarnation, stack), caller.name(), request);
    }
}
