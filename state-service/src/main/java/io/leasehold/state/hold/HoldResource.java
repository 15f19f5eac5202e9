package io.leasehold.state.hold;

import io.leasehold.ledger.api.CancelRequest;
import io.leasehold.ledger.api.HoldRelease;
import io.leasehold.ledger.api.HoldReply;
import io.leasehold.ledger.api.HoldRequest;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RunView;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.access.Caller;
import io.leasehold.state.access.Role;
import io.leasehold.state.hold.HoldRows.Target;
import io.leasehold.state.outbox.OutboxSignal;
import io.leasehold.state.run.RunViews;
import io.leasehold.state.tfstate.StackPath;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Named;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Where operators hold stacks, let them go, and stop runs. */
@Path("/")
@Cancellable(false)
public class HoldResource {
    private final Holds holds;
    private final Cancels cancels;
    private final RunViews runs;
    private final Caller caller;
    private final Signal claims;
    private final OutboxSignal outbox;

    HoldResource(
            Holds holds,
            Cancels cancels,
            RunViews runs,
            Caller caller,
            @Named(Startup.CLAIMS) Signal claims,
            OutboxSignal outbox) {
        this.holds = holds;
        this.cancels = cancels;
        this.runs = runs;
        this.caller = caller;
        this.claims = claims;
        this.outbox = outbox;
    }

    /** Holds a life: the stacks it has and those it comes to have. */
    @POST
    @Path(Paths.LIFE_HOLD)
    @RolesAllowed(Role.OPERATOR)
    public Uni<HoldReply> holdLife(
            @PathParam("tenantId") String tenantId,
            @PathParam("incarnation") String incarnation,
            @NotNull HoldRequest request) {
        return told(life(tenantId, incarnation), holds::hold, request);
    }

    /** Lets go a life. */
    @POST
    @Path(Paths.LIFE_UNHOLD)
    @RolesAllowed(Role.OPERATOR)
    public Uni<HoldReply> unholdLife(
            @PathParam("tenantId") String tenantId,
            @PathParam("incarnation") String incarnation,
            @NotNull HoldRelease request) {
        return told(life(tenantId, incarnation), holds::letGo, request);
    }

    /** Holds one stack. */
    @POST
    @Path(Paths.STACK_HOLD)
    @RolesAllowed(Role.OPERATOR)
    public Uni<HoldReply> holdStack(
            @PathParam("tenantId") String tenantId,
            @PathParam("incarnation") String incarnation,
            @PathParam("stack") String stack,
            @NotNull HoldRequest request) {
        return told(stack(tenantId, incarnation, stack), holds::hold, request);
    }

    /** Lets go one stack, whatever it is held for. */
    @POST
    @Path(Paths.STACK_UNHOLD)
    @RolesAllowed(Role.OPERATOR)
    public Uni<HoldReply> unholdStack(
            @PathParam("tenantId") String tenantId,
            @PathParam("incarnation") String incarnation,
            @PathParam("stack") String stack,
            @NotNull HoldRelease request) {
        return told(stack(tenantId, incarnation, stack), holds::letGo, request);
    }

    /** Asks a run to stop; the answer says since when it was asked. */
    @POST
    @Path(Paths.RUN_CANCEL)
    @RolesAllowed(Role.OPERATOR)
    public Uni<RunView> cancel(@PathParam("runId") String runId, @NotNull CancelRequest request) {
        return cancels.cancel(runId, caller.name(), request).chain(() -> runs.show(runId));
    }

    private interface Act<T> {
        Uni<HoldReply> on(Target target, String actor, T request);
    }

    private <T> Uni<HoldReply> told(Target target, Act<T> act, T request) {
        return act.on(target, caller.name(), request)
                .invoke(() -> {
                    claims.wake();
                    outbox.wake(target.tenantId());
                });
    }

    private static Target life(String tenantId, String incarnation) {
        StackRef any = StackPath.of(tenantId, incarnation, "any");
        return new Target(any.tenantId(), any.incarnation(), null);
    }

    private static Target stack(String tenantId, String incarnation, String stack) {
        StackRef ref = StackPath.of(tenantId, incarnation, stack);
        return new Target(ref.tenantId(), ref.incarnation(), ref.stack());
    }
}
