package io.leasehold.state.version;

import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StateChange;
import io.leasehold.ledger.api.StateDeleteRequest;
import io.leasehold.ledger.api.StateDiff;
import io.leasehold.ledger.api.StateRollbackRequest;
import io.leasehold.ledger.api.StateSummary;
import io.leasehold.ledger.api.StateUndeleteRequest;
import io.leasehold.state.access.Caller;
import io.leasehold.state.access.Role;
import io.leasehold.state.tfstate.StackPath;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** Where people look into versions without seeing a value, and operators choose between them. */
@Path("/")
@Cancellable(false)
public class VersionResource {
    private final StateLooks looks;
    private final Rollbacks rollbacks;
    private final Deletions deletions;
    private final Caller caller;

    VersionResource(StateLooks looks, Rollbacks rollbacks, Deletions deletions, Caller caller) {
        this.looks = looks;
        this.rollbacks = rollbacks;
        this.deletions = deletions;
        this.caller = caller;
    }

    /** What is in a version, the current one unless it is said which. */
    @GET
    @Path(Paths.STATE_SUMMARY)
    @RolesAllowed(Role.VIEWER)
    public Uni<StateSummary> summary(
            @PathParam("tenantId") String tenantId,
            @PathParam("incarnation") String incarnation,
            @PathParam("stack") String stack,
            @QueryParam("version") @Nullable Long version) {
        return looks.summary(StackPath.of(tenantId, incarnation, stack), version);
    }

    /** How two versions differ, the second the current one unless it is said which. */
    @GET
    @Path(Paths.STATE_DIFF)
    @RolesAllowed(Role.VIEWER)
    public Uni<StateDiff> diff(
            @PathParam("tenantId") String tenantId,
            @PathParam("incarnation") String incarnation,
            @PathParam("stack") String stack,
            @QueryParam("from") long from,
            @QueryParam("to") @Nullable Long to) {
        return looks.diff(StackPath.of(tenantId, incarnation, stack), from, to);
    }

    /** Says what a rollback would change, or does it. */
    @POST
    @Path(Paths.STATE_ROLLBACK)
    @RolesAllowed(Role.OPERATOR)
    public Uni<StateChange> rollback(
            @PathParam("tenantId") String tenantId,
            @PathParam("incarnation") String incarnation,
            @PathParam("stack") String stack,
            StateRollbackRequest request) {
        return rollbacks.rollback(
                StackPath.of(tenantId, incarnation, stack), caller.name(), request);
    }

    /** Hides a version, or the stack's whole state. */
    @POST
    @Path(Paths.STATE_DELETE)
    @RolesAllowed(Role.OPERATOR)
    public Uni<StateChange> delete(
            @PathParam("tenantId") String tenantId,
            @PathParam("incarnation") String incarnation,
            @PathParam("stack") String stack,
            StateDeleteRequest request) {
        return deletions.delete(StackPath.of(tenantId, incarnation, stack), caller.name(), request);
    }

    /** Brings back what was hidden. */
    @POST
    @Path(Paths.STATE_UNDELETE)
    @RolesAllowed(Role.OPERATOR)
    public Uni<StateChange> undelete(
            @PathParam("tenantId") String tenantId,
            @PathParam("incarnation") String incarnation,
            @PathParam("stack") String stack,
            StateUndeleteRequest request) {
        return deletions.undelete(
                StackPath.of(tenantId, incarnation, stack), caller.name(), request);
    }
}
