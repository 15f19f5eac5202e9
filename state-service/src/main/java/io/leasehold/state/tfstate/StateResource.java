package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.access.Caller;
import io.leasehold.state.access.Role;
import io.leasehold.state.access.RunCredentials;
import io.leasehold.state.access.RunRight;
import io.leasehold.state.audit.Reason;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.tfstate.StateWrite.Writer;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP backend of one stack, as tofu speaks it. A run proves its right by its credential, a
 * person by the lock it took; a worker hands in what its spool holds by the lease of an ended run.
 */
@Path(Paths.STATE)
@Cancellable(false)
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
class StateResource {
    /** The number of the version that is served. */
    static final String VERSION_HEADER = "Leasehold-State-Version";

    private static final int LOCKED = 423;

    private final StateReads reads;
    private final StateWrites writes;
    private final StateLocks locks;
    private final LargeBodies large;
    private final RunCredentials runs;
    private final Caller caller;

    StateResource(
            StateReads reads,
            StateWrites writes,
            StateLocks locks,
            LargeBodies large,
            RunCredentials runs,
            Caller caller) {
        this.reads = reads;
        this.writes = writes;
        this.locks = locks;
        this.large = large;
        this.runs = runs;
        this.caller = caller;
    }

    /** The newest state, 200 with its digest, or 204 when there is none. */
    @GET
    @RolesAllowed({Role.RUN, Role.OPERATOR, Role.STATE, Role.WORKER})
    public Uni<Response> get(
            @PathParam("tenantId") String tenantId,
            @PathParam("incarnation") String incarnation,
            @PathParam("stack") String stack,
            @HeaderParam(Paths.LEASE_HEADER) @Nullable String lease,
            @Context RoutingContext context) {
        StackRef ref = StackPath.of(tenantId, incarnation, stack);
        Optional<String> person = caller.isPerson() ? Optional.of(caller.name()) : Optional.empty();
        Uni<Void> allowed =
                caller.actsAs(Role.WORKER)
                        ? runs.mustBeOlder(ref, lease)
                        : Uni.createFrom().voidItem();
        return allowed.chain(() -> reads.newest(ref, person, size -> large.room(context, size)))
                .map(state -> state.isEmpty() ? Response.noContent().build() : found(state.get()));
    }

    private static Response found(StateReads.Served state) {
        byte[] md5 = HexFormat.of().parseHex(state.md5());
        return Response.ok(state.plain())
                .header("Content-MD5", Base64.getEncoder().encodeToString(md5))
                .header(VERSION_HEADER, state.version())
                .header("Cache-Control", "no-store")
                .build();
    }

    /** Stores a state; 204 when it is durable, 409 when the writer has no right to. */
    @POST
    @RolesAllowed({Role.RUN, Role.OPERATOR, Role.STATE, Role.WORKER})
    public Uni<Void> post(
            @PathParam("tenantId") String tenantId,
            @PathParam("incarnation") String incarnation,
            @PathParam("stack") String stack,
            @HeaderParam(Paths.LEASE_HEADER) @Nullable String lease,
            @HeaderParam("Content-MD5") @Nullable String contentMd5,
            @HeaderParam(Paths.REASON_HEADER) @Nullable String reasonInHeader,
            @QueryParam("reason") @Nullable String reasonInAddress,
            @QueryParam("ID") @Nullable String lockId,
            @Context RoutingContext context) {
        StackRef ref = StackPath.of(tenantId, incarnation, stack);
        if (caller.isPerson()) {
            return write(context, ref, person(lockId, reasonInHeader, reasonInAddress), contentMd5);
        }
        Optional<RunRight> run = caller.run();
        if (run.isPresent()) {
            return write(
                    context, ref, new Writer.Run(caller.name(), run.get().leaseId()), contentMd5);
        }
        return runs.mustBeOver(ref, lease)
                .chain(() -> write(context, ref, new Writer.Run(caller.name(), lease), contentMd5));
    }

    /** An address can be given to tofu by its environment, a header only by its configuration. */
    private Writer person(
            @Nullable String lockId,
            @Nullable String reasonInHeader,
            @Nullable String reasonInAddress) {
        String reason = reasonInHeader == null ? reasonInAddress : reasonInHeader;
        if (reason != null && !caller.actsAs(Role.OPERATOR)) {
            throw new Refusal(
                    403, "FORBIDDEN", "Only an operator may put another line of states here");
        }
        return new Writer.Person(
                caller.name(), lockId, reason == null ? null : Reason.required(reason));
    }

    private Uni<Void> write(
            RoutingContext context, StackRef ref, Writer writer, @Nullable String contentMd5) {
        return RequestBody.read(context, StateDocument.MAX_BYTES, StateTooLarge::refusal)
                .chain(body -> writes.write(ref, writer, body, contentMd5));
    }

    /** Takes a person's lock; 200, or 423 with the document of the holder. */
    @Lock
    @RolesAllowed({Role.OPERATOR, Role.STATE})
    public Uni<Response> lock(
            @PathParam("tenantId") String tenantId,
            @PathParam("incarnation") String incarnation,
            @PathParam("stack") String stack,
            @Context RoutingContext context) {
        StackRef ref = StackPath.of(tenantId, incarnation, stack);
        String person = caller.name();
        return RequestBody.read(context, StateLocks.MAX_BODY, StateLocks::tooLarge)
                .chain(body -> locks.lock(ref, person, body.take()))
                .map(holder -> answer(holder, LOCKED));
    }

    /** Frees a person's lock by its id; 200, or 409 with the document of the holder. */
    @Unlock
    @RolesAllowed({Role.OPERATOR, Role.STATE})
    public Uni<Response> unlock(
            @PathParam("tenantId") String tenantId,
            @PathParam("incarnation") String incarnation,
            @PathParam("stack") String stack,
            @Context RoutingContext context) {
        StackRef ref = StackPath.of(tenantId, incarnation, stack);
        String person = caller.name();
        return RequestBody.read(context, StateLocks.MAX_BODY, StateLocks::tooLarge)
                .chain(body -> locks.unlock(ref, person, body.take()))
                .map(holder -> answer(holder, 409));
    }

    /** tofu takes nothing but 200 for success, and reads the holder out of the refusal. */
    private static Response answer(Optional<String> holder, int refused) {
        return holder.isEmpty()
                ? Response.ok().build()
                : Response.status(refused).entity(holder.get()).build();
    }
}
