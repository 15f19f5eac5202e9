package io.leasehold.state.audit;

import io.leasehold.ledger.api.AuditView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.Paths;
import io.leasehold.state.access.Role;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import org.jboss.resteasy.reactive.common.util.RestMediaType;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** Who did what, to be looked at and to be followed. */
@Path("/")
@Cancellable(false)
class AuditResource {
    private static final int MOST = 500;

    private final AuditRows rows;
    private final AuditStreams streams;

    AuditResource(AuditRows rows, AuditStreams streams) {
        this.rows = rows;
        this.streams = streams;
    }

    /** A page of entries, newest first. */
    @GET
    @Path(Paths.AUDIT)
    @RolesAllowed(Role.VIEWER)
    public Uni<Page<AuditView>> list(
            @QueryParam("tenant") @Nullable String tenant,
            @QueryParam("actor") @Nullable String actor,
            @QueryParam("action") @Nullable String action,
            @QueryParam("subject") @Nullable String subject,
            @QueryParam("after") @Nullable Long before,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        return rows.page(
                new AuditFilter(tenant, actor, action, subject),
                before,
                Math.clamp(limit, 1, MOST));
    }

    /** Entries as they come, a line of JSON each; empty lines tell that the stream lives. */
    @GET
    @Path(Paths.AUDIT_STREAM)
    @Produces(RestMediaType.APPLICATION_NDJSON)
    @RolesAllowed(Role.VIEWER)
    public Multi<byte[]> stream(
            @QueryParam("tenant") @Nullable String tenant,
            @QueryParam("actor") @Nullable String actor,
            @QueryParam("action") @Nullable String action,
            @QueryParam("subject") @Nullable String subject,
            @QueryParam("after") @Nullable Long after) {
        return streams.follow(new AuditFilter(tenant, actor, action, subject), after);
    }
}
