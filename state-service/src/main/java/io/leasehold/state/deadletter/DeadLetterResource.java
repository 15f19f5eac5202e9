package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.DeadLetterEdit;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.LetterCopy;
import io.leasehold.ledger.api.LetterDiscard;
import io.leasehold.ledger.api.LetterGroup;
import io.leasehold.ledger.api.LetterImport;
import io.leasehold.ledger.api.LetterWhere;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RepairReply;
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
    private static final int MOST = 500;

    private final DeadLetterDesk desk;
    private final LetterReplay replay;
    private final LetterLists lists;
    private final LetterCopies copies;
    private final Caller caller;

    /** Works at this desk. */
    DeadLetterResource(
            DeadLetterDesk desk,
            LetterReplay replay,
            LetterLists lists,
            LetterCopies copies,
            Caller caller) {
        this.desk = desk;
        this.replay = replay;
        this.lists = lists;
        this.copies = copies;
        this.caller = caller;
    }

    /** A page, newest first, without what was sent. */
    @GET
    @Path(Paths.DEAD_LETTERS)
    @RolesAllowed(Role.VIEWER)
    public Uni<Page<DeadLetterView>> list(
            @QueryParam("status") @Nullable String status,
            @QueryParam("tenant") @Nullable String tenant,
            @QueryParam("code") @Nullable String code,
            @QueryParam("kind") @Nullable String kind,
            @QueryParam("since") @Nullable String since,
            @QueryParam("fingerprint") @Nullable String fingerprint,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        LetterWhere where = new LetterWhere(tenant, code, kind, since, fingerprint);
        return lists.page(new LetterLists.PageOf(status, where, after, Math.clamp(limit, 1, MOST)));
    }

    /** A page of what letters have in common, in the order of the keys, or the most in one page. */
    @GET
    @Path(Paths.DEAD_LETTER_GROUPS)
    @RolesAllowed(Role.VIEWER)
    public Uni<Page<LetterGroup>> groups(
            @QueryParam("by") @Nullable String by,
            @QueryParam("order") @Nullable String order,
            @QueryParam("status") @Nullable String status,
            @QueryParam("tenant") @Nullable String tenant,
            @QueryParam("code") @Nullable String code,
            @QueryParam("kind") @Nullable String kind,
            @QueryParam("since") @Nullable String since,
            @QueryParam("fingerprint") @Nullable String fingerprint,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        LetterWhere where = new LetterWhere(tenant, code, kind, since, fingerprint);
        return lists.groups(
                by,
                order,
                new LetterLists.PageOf(status, where, after, Math.clamp(limit, 1, MOST)));
    }

    /** Takes a letter in that was exported. */
    @POST
    @Path(Paths.DEAD_LETTERS)
    @RolesAllowed(Role.OPERATOR)
    public Uni<RepairReply> take(LetterImport request) {
        return copies.take(caller.name(), request);
    }

    /** One letter byte for byte, to be taken elsewhere; audited. */
    @GET
    @Path(Paths.DEAD_LETTER_EXPORT)
    @RolesAllowed(Role.OPERATOR)
    public Uni<LetterCopy> give(@PathParam("id") String id) {
        return copies.give(caller.name(), id);
    }

    /** Says what discarding it means, or does it. */
    @POST
    @Path(Paths.DEAD_LETTER_DISCARD)
    @RolesAllowed(Role.OPERATOR)
    public Uni<RepairReply> discard(@PathParam("id") String id, LetterDiscard request) {
        return desk.discard(caller.name(), id, request);
    }

    /** One letter with what it holds, redacted unless its exact bytes are asked for; audited. */
    @GET
    @Path(Paths.DEAD_LETTER)
    @RolesAllowed(Role.OPERATOR)
    public Uni<DeadLetterView> show(
            @PathParam("id") String id, @QueryParam("raw") @DefaultValue("false") boolean raw) {
        return desk.show(caller.name(), id, raw);
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
        return replay.replay(caller.name(), id, request);
    }
}
