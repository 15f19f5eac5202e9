package io.leasehold.state.drift;

import io.leasehold.ledger.api.DriftReport;
import io.leasehold.ledger.api.DriftView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.Paths;
import io.leasehold.state.access.Role;
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

/** Where checks report, and where people see what is adrift. */
@Path("/")
@Cancellable(false)
public class DriftResource {
    private final DriftChecks checks;
    private final DriftViews views;

    /** Serves these. */
    public DriftResource(DriftChecks checks, DriftViews views) {
        this.checks = checks;
        this.views = views;
    }

    /** Ends a check; sent again it changes nothing. */
    @POST
    @Path(Paths.DRIFT_REPORT)
    @RolesAllowed(Role.WORKER)
    public Uni<Void> report(@PathParam("runId") String runId, DriftReport report) {
        return checks.report(runId, report);
    }

    /** A page of what is adrift now, oldest first. */
    @GET
    @Path(Paths.DRIFT)
    @RolesAllowed(Role.VIEWER)
    public Uni<Page<DriftView>> list(
            @QueryParam("tenant") @Nullable String tenant,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        return views.list(new DriftViews.PageOf(tenant, after, Math.clamp(limit, 1, 500)));
    }
}
