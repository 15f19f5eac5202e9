package io.leasehold.state.checkpoint;

import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.PlanAsking;
import io.leasehold.ledger.api.PlanKeeping;
import io.leasehold.ledger.api.PlanReply;
import io.leasehold.state.access.Role;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Where runs leave their plans and take over those of others. Nobody else can read one. */
@Path(Paths.PLAN)
@Cancellable(false)
public class PlanResource {
    private final SavedPlans plans;

    PlanResource(SavedPlans plans) {
        this.plans = plans;
    }

    /** Keeps the plan of a run that is about to apply it. */
    @PUT
    @RolesAllowed(Role.WORKER)
    public Uni<Void> keep(@PathParam("runId") String runId, PlanKeeping keeping) {
        return plans.keep(runId, keeping);
    }

    /** Gives the plan that an earlier run of the stack left, or says why there is none. */
    @POST
    @RolesAllowed(Role.WORKER)
    public Uni<PlanReply> take(@PathParam("runId") String runId, PlanAsking asking) {
        return plans.take(runId, asking);
    }
}
