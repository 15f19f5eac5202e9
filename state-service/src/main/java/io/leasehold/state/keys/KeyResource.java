package io.leasehold.state.keys;

import io.leasehold.ledger.api.KeyDeletionReply;
import io.leasehold.ledger.api.KeyDeletionRequest;
import io.leasehold.ledger.api.KeyReceiptView;
import io.leasehold.ledger.api.KeyRotateRequest;
import io.leasehold.ledger.api.KeysView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.Paths;
import io.leasehold.state.access.Caller;
import io.leasehold.state.access.Role;
import io.leasehold.state.audit.Reason;
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

/** Where operators look after keys. */
@Path("/")
@Cancellable(false)
class KeyResource {
    private static final int MOST_RECEIPTS = 500;

    private final KeyViews views;
    private final KeyRotations rotations;
    private final KeyDeletions deletions;
    private final Caller caller;

    KeyResource(KeyViews views, KeyRotations rotations, KeyDeletions deletions, Caller caller) {
        this.views = views;
        this.rotations = rotations;
        this.deletions = deletions;
        this.caller = caller;
    }

    /** What wraps how many data keys, and how far a rotation is. */
    @GET
    @Path(Paths.KEYS)
    @RolesAllowed(Role.VIEWER)
    public Uni<KeysView> keys() {
        return views.keys();
    }

    /** Brings everything under the master key that comes first; it is done in the background. */
    @POST
    @Path(Paths.KEYS_ROTATE)
    @RolesAllowed(Role.OPERATOR)
    public Uni<KeysView> rotate(KeyRotateRequest request) {
        return rotations.ask(caller.name(), Reason.required(request.reason())).chain(views::keys);
    }

    /** A page of receipts, newest first. */
    @GET
    @Path(Paths.KEY_RECEIPTS)
    @RolesAllowed(Role.VIEWER)
    public Uni<Page<KeyReceiptView>> receipts(
            @QueryParam("tenant") @Nullable String tenant,
            @QueryParam("after") @Nullable Long before,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        return views.receipts(tenant, before, Math.clamp(limit, 1, MOST_RECEIPTS));
    }

    /** Makes unreadable what a gone life left, or says what that would mean. */
    @POST
    @Path(Paths.KEY_DELETION)
    @RolesAllowed(Role.OPERATOR)
    public Uni<KeyDeletionReply> delete(
            @PathParam("tenantId") String tenantId,
            @PathParam("incarnation") int incarnation,
            KeyDeletionRequest request) {
        String why = request.execute() ? Reason.required(request.reason()) : "";
        return deletions.delete(
                new GoneLives.Life(tenantId, incarnation),
                new GoneLives.Order(caller.name(), why),
                request.execute());
    }
}
