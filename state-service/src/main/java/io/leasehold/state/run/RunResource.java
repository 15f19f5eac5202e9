package io.leasehold.state.run;

import io.leasehold.ledger.api.LogAppend;
import io.leasehold.ledger.api.LogLine;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RunView;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.access.Role;
import io.leasehold.state.outbox.OutboxSignal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Named;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** Where runs end, and where people look at them. */
@Path("/")
@Cancellable(false)
public class RunResource {
    private final Mutiny.SessionFactory sessions;
    private final Outcomes outcomes;
    private final RunViews views;
    private final RunLog log;
    private final Signal claims;
    private final OutboxSignal outbox;

    /** Wakes {@code claims} and {@code outbox} after an outcome. */
    public RunResource(
            Mutiny.SessionFactory sessions,
            Outcomes outcomes,
            RunViews views,
            RunLog log,
            @Named(Startup.CLAIMS) Signal claims,
            OutboxSignal outbox) {
        this.sessions = sessions;
        this.outcomes = outcomes;
        this.views = views;
        this.log = log;
        this.claims = claims;
        this.outbox = outbox;
    }

    /** Ends a run under its lease; 409 LEASE_LOST when it was taken for lost. */
    @POST
    @Path(Paths.OUTCOME)
    @RolesAllowed(Role.WORKER)
    public Uni<Void> end(@PathParam("runId") String runId, OutcomeRequest outcome) {
        return sessions.withTransaction(session -> outcomes.apply(session, runId, outcome))
                .invoke(stack -> {
                    claims.wake();
                    outbox.wake(stack.tenantId());
                })
                .replaceWithVoid();
    }

    /** Adds lines to a run's log; those that are there already are left alone. */
    @POST
    @Path(Paths.LOG)
    @RolesAllowed(Role.WORKER)
    public Uni<Void> append(@PathParam("runId") String runId, LogAppend append) {
        return log.append(runId, append);
    }

    /** Lines with numbers above {@code after}, in order. */
    @GET
    @Path(Paths.LOG)
    @RolesAllowed(Role.VIEWER)
    public Uni<List<LogLine>> lines(
            @PathParam("runId") String runId,
            @QueryParam("after") @DefaultValue("0") long after,
            @QueryParam("limit") @DefaultValue("1000") int limit) {
        return log.read(runId, after, Math.clamp(limit, 1, 5000));
    }

    /** A page of runs, newest first. */
    @GET
    @Path(Paths.RUNS)
    @RolesAllowed(Role.VIEWER)
    public Uni<Page<RunView>> list(
            @QueryParam("tenant") @Nullable String tenant,
            @QueryParam("stack") @Nullable String stack,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        return views.list(new RunViews.PageOf(tenant, stack, after, Math.clamp(limit, 1, 500)));
    }

    /** One run. */
    @GET
    @Path(Paths.RUN)
    @RolesAllowed(Role.VIEWER)
    public Uni<RunView> show(@PathParam("runId") String runId) {
        return views.show(runId);
    }
}
