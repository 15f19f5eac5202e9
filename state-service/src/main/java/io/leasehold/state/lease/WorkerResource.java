package io.leasehold.state.lease;

import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.WorkerRegistration;
import io.leasehold.state.access.Role;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Where a worker says who it is. */
@Path(Paths.WORKERS)
@Cancellable(false)
public class WorkerResource {
    private final Workers workers;

    /** Serves these workers. */
    public WorkerResource(Workers workers) {
        this.workers = workers;
    }

    /**
     * Registers a boot; 204 when the older boot's leases are free. What its claims would be refused
     * for is refused here, where its operator looks.
     */
    @POST
    @RolesAllowed(Role.WORKER)
    public Uni<Void> register(WorkerRegistration worker) {
        WorkerNames.check("WORKER_INVALID", "name and bootId", worker.name(), worker.bootId());
        return workers.register(worker);
    }

    /** Takes leave of a boot that has ended its runs; 204 when what it still held is free. */
    @POST
    @Path("/leave")
    @RolesAllowed(Role.WORKER)
    public Uni<Void> leave(WorkerRegistration worker) {
        return workers.leave(worker);
    }
}
