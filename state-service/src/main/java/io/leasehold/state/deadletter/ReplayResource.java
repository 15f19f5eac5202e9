package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.ReplayAbortRequest;
import io.leasehold.ledger.api.ReplayItemView;
import io.leasehold.ledger.api.ReplayOrder;
import io.leasehold.ledger.api.ReplayPlan;
import io.leasehold.ledger.api.ReplayResumeRequest;
import io.leasehold.ledger.api.ReplayStep;
import io.leasehold.ledger.api.ReplayStepRequest;
import io.leasehold.ledger.api.ReplayView;
import io.leasehold.state.access.Caller;
import io.leasehold.state.access.Role;
import io.leasehold.state.problem.Refusal;
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

/** Where operators replay many letters, and see what was replayed. */
@Path("/")
@Cancellable(false)
public class ReplayResource {
    private static final int MOST = 500;

    private final ReplayDesk desk;
    private final ReplaySteps steps;
    private final ReplayViews views;
    private final Caller caller;

    ReplayResource(ReplayDesk desk, ReplaySteps steps, ReplayViews views, Caller caller) {
        this.desk = desk;
        this.steps = steps;
        this.views = views;
        this.caller = caller;
    }

    /** A page, newest first. */
    @GET
    @Path(Paths.REPLAYS)
    @RolesAllowed(Role.VIEWER)
    public Uni<Page<ReplayView>> list(
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        return views.page(after, Math.clamp(limit, 1, MOST));
    }

    /** Says what a replay would do, or begins it. */
    @POST
    @Path(Paths.REPLAYS)
    @RolesAllowed(Role.OPERATOR)
    public Uni<ReplayPlan> order(ReplayOrder order) {
        return desk.order(caller.name(), order);
    }

    /** One replay. */
    @GET
    @Path(Paths.REPLAY)
    @RolesAllowed(Role.VIEWER)
    public Uni<ReplayView> show(@PathParam("replayId") String replayId) {
        return views.one(replayId);
    }

    /** A page of its letters with what became of each. */
    @GET
    @Path(Paths.REPLAY_ITEMS)
    @RolesAllowed(Role.VIEWER)
    public Uni<Page<ReplayItemView>> items(
            @PathParam("replayId") String replayId,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        return views.items(replayId, position(after), Math.clamp(limit, 1, MOST));
    }

    private static int position(@Nullable String after) {
        try {
            return after == null ? 0 : Integer.parseInt(after);
        } catch (NumberFormatException e) {
            throw new Refusal(400, "FILTER_INVALID", "after is the number of a turn.");
        }
    }

    /** A page of the replays of a letter and of those it came from. */
    @GET
    @Path(Paths.DEAD_LETTER_REPLAYS)
    @RolesAllowed(Role.VIEWER)
    public Uni<Page<ReplayItemView>> ofLetter(
            @PathParam("id") String id,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        return views.ofLetter(id, after, Math.clamp(limit, 1, MOST));
    }

    /** Takes it a letter further. */
    @POST
    @Path(Paths.REPLAY_STEP)
    @RolesAllowed(Role.OPERATOR)
    public Uni<ReplayStep> step(@PathParam("replayId") String replayId, ReplayStepRequest request) {
        return steps.step(caller.name(), replayId, request);
    }

    /** Lets it go on. */
    @POST
    @Path(Paths.REPLAY_RESUME)
    @RolesAllowed(Role.OPERATOR)
    public Uni<ReplayView> resume(
            @PathParam("replayId") String replayId, ReplayResumeRequest request) {
        return desk.resume(caller.name(), replayId, request);
    }

    /** Gives it up. */
    @POST
    @Path(Paths.REPLAY_ABORT)
    @RolesAllowed(Role.OPERATOR)
    public Uni<ReplayView> abort(
            @PathParam("replayId") String replayId, ReplayAbortRequest request) {
        return desk.abort(caller.name(), replayId, request);
    }
}
