package io.leasehold.state.lease;

import io.leasehold.ledger.api.HeartbeatReply;
import io.leasehold.ledger.api.HeartbeatRequest;
import io.leasehold.ledger.api.Paths;
import io.leasehold.state.access.Role;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Where a run proves that it is alive. */
@Path(Paths.HEARTBEAT)
@Cancellable(false)
public class HeartbeatResource {
    private final Heartbeats heartbeats;

    /** Serves these heartbeats. */
    public HeartbeatResource(Heartbeats heartbeats) {
        this.heartbeats = heartbeats;
    }

    /** Extends the lease and says what the ledger wants; 409 LEASE_LOST when it is gone. */
    @POST
    @RolesAllowed(Role.WORKER)
    public Uni<HeartbeatReply> beat(@PathParam("runId") String runId, HeartbeatRequest request) {
        return heartbeats.beat(runId, request);
    }
}
