package io.leasehold.state.tenant;

import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.Repair;
import io.leasehold.ledger.api.RepairReply;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.access.Caller;
import io.leasehold.state.access.Role;
import io.leasehold.state.audit.Reason;
import io.leasehold.state.outbox.OutboxSignal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Named;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Where operators repair what a wrong number of upstream left. */
@Path("/")
@Cancellable(false)
public class RepairResource {
    private final Mutiny.SessionFactory sessions;
    private final Renumbering renumbering;
    private final Abandoning abandoning;
    private final Caller caller;
    private final Signal claims;
    private final OutboxSignal outbox;

    RepairResource(
            Mutiny.SessionFactory sessions,
            Renumbering renumbering,
            Abandoning abandoning,
            Caller caller,
            @Named(Startup.CLAIMS) Signal claims,
            OutboxSignal outbox) {
        this.sessions = sessions;
        this.renumbering = renumbering;
        this.abandoning = abandoning;
        this.caller = caller;
        this.claims = claims;
        this.outbox = outbox;
    }

    /** A life's generation is another one. */
    @POST
    @Path(Paths.SET_GENERATION)
    @RolesAllowed(Role.OPERATOR)
    public Uni<RepairReply> setGeneration(
            @PathParam("tenantId") String tenantId, Repair.SetGeneration repair) {
        String actor = caller.name();
        return repaired(repair, session -> renumbering.set(session, actor, tenantId, repair));
    }

    /** A life that holds another one up is let go; one that waits is removed. */
    @POST
    @Path(Paths.ABANDON)
    @RolesAllowed(Role.OPERATOR)
    public Uni<RepairReply> abandon(@PathParam("tenantId") String tenantId, Repair.Abandon repair) {
        String actor = caller.name();
        return repaired(repair, session -> abandoning.abandon(session, actor, tenantId, repair));
    }

    private Uni<RepairReply> repaired(
            Repair repair, Function<Mutiny.Session, Uni<RepairReply>> work) {
        if (repair.execute()) {
            Reason.required(repair.reason());
        }
        return sessions.withTransaction((session, _) -> work.apply(session))
                .invoke(() -> {
                    claims.wake();
                    outbox.wakeAll();
                });
    }
}
