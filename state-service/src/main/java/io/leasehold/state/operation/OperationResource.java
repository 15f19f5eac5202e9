package io.leasehold.state.operation;

import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StateOperationReply;
import io.leasehold.ledger.api.StateOperationRequest;
import io.leasehold.state.access.Caller;
import io.leasehold.state.access.Role;
import io.leasehold.state.tfstate.StackPath;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Where operators ask for what tofu is to do to a state. */
@Path(Paths.STATE_OPERATIONS)
@Cancellable(false)
public class OperationResource {
    private final Operations operations;
    private final Caller caller;

    OperationResource(Operations operations, Caller caller) {
        this.operations = operations;
        this.caller = caller;
    }

    /** Says what would be asked for, or asks for it. */
    @POST
    @RolesAllowed(Role.OPERATOR)
    public Uni<StateOperationReply> ask(
            @PathParam("tenantId") String tenantId,
            @PathParam("incarnation") String incarnation,
            @PathParam("stack") String stack,
            StateOperationRequest request) {
        return operations.ask(StackPath.of(tenantId, incarnation, stack), caller.name(), request);
    }
}
