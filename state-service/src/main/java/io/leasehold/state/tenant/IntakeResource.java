package io.leasehold.state.tenant;

import io.leasehold.ledger.api.IntakeReply;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.Watermark;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.source.Watermarks;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** Where events come in. */
@Path("/")
@Cancellable(false)
@Produces(MediaType.APPLICATION_JSON)
public class IntakeResource {
    private final Intake intake;
    private final Watermarks watermarks;
    private final Mutiny.SessionFactory sessions;

    IntakeResource(Intake intake, Watermarks watermarks, Mutiny.SessionFactory sessions) {
        this.intake = intake;
        this.watermarks = watermarks;
        this.sessions = sessions;
    }

    /** Gives each record its verdict; all of them are durable when the reply is sent. */
    @POST
    @Path(Paths.INTAKE)
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed("intake")
    public Uni<IntakeReply> take(IntakeRequest request) {
        return intake.take(request);
    }

    /** How far each partition of a topic has its verdicts. */
    @GET
    @Path(Paths.WATERMARKS)
    @RolesAllowed("intake")
    public Uni<List<Watermark>> watermarks(
            @QueryParam("topic") @Nullable String topic,
            @QueryParam("topicId") @Nullable String topicId) {
        if (topic == null) {
            throw new Refusal(400, "TOPIC_MISSING", "name the topic: ?topic=…");
        }
        return sessions.withSession(session -> watermarks.of(session, topic, topicId));
    }
}
