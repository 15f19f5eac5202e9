package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.DeadLetterEdit;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.ReplayReply;
import io.leasehold.ledger.api.ReplayRequest;
import io.leasehold.state.access.Caller;
import io.leasehold.state.access.Role;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** Where operators find what failed for good, correct it and send it again. */
@Path("/")
@Cancellable(false)
public class DeadLetterResource {
    private final DeadLetterDesk desk;
    private final Caller caller;

    /** Works at this desk. */
    public DeadLetterResource(DeadLetterDesk desk, Caller caller) {
        this.desk = desk;
        this.caller = caller;
    }

    /** A page, newest first, without what was sent. */
    @GET
    @Path(Paths.DEAD_LETTERS)
    @RolesAllowed(Role.VIEWER)
    public Uni<Page<DeadLetterView>> list(
            @QueryParam("status") @Nullable String status,
            @QueryParam("tenant") @Nullable String tenant,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        return desk.list(new LetterRows.PageOf(status, tenant, after, Math.clamp(limit, 1, 500)));
    }

    /** One letter with its bytes and headers; audited. */
    @GET
    @Path(Paths.DEAD_LETTER)
    @RolesAllowed(Role.OPERATOR)
    public Uni<DeadLetterView> show(@PathParam("id") String id) {
        return desk.show(caller.name(), id);
    }

    /** Keeps a corrected copy; the remedy in the answer says what is still wrong with it. */
    @PUT
    @Path(Paths.DEAD_LETTER_EDIT)
    @RolesAllowed(Role.OPERATOR)
    public Uni<DeadLetterView> edit(@PathParam("id") String id, DeadLetterEdit edit) {
        return desk.edit(caller.name(), id, edit);
    }

    /** Says what a replay would do, or does it. */
    @POST
    @Path(Paths.DEAD_LETTER_REPLAY)
    @RolesAllowed(Role.OPERATOR)
    public Uni<ReplayReply> replay(@PathParam("id") String id, ReplayRequest request) {
        return desk.replay(caller.name(), id, request);
    }
}
