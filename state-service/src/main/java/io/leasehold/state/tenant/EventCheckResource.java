package io.leasehold.state.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.leasehold.events.EventJson;
import io.leasehold.events.EventType;
import io.leasehold.events.Topics;
import io.leasehold.events.intake.EventReader;
import io.leasehold.events.intake.Limits;
import io.leasehold.events.intake.RawRecord;
import io.leasehold.events.intake.Reading;
import io.leasehold.events.outgoing.CloudEventHeaders;
import io.leasehold.ledger.api.EventCheck;
import io.leasehold.ledger.api.Paths;
import io.leasehold.state.access.Role;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.time.Clock;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Where a publisher asks what contract and blueprint say of an event, before sending it. */
@Path("/")
@Cancellable(false)
@Produces(MediaType.APPLICATION_JSON)
public class EventCheckResource {
    private static final String NOBODY = "/leasehold/check";

    private final EventReader reader = new EventReader();
    private final BlueprintsSay blueprints;
    private final Mutiny.SessionFactory sessions;
    private final Clock clock;

    EventCheckResource(BlueprintsSay blueprints, Mutiny.SessionFactory sessions, Clock clock) {
        this.blueprints = blueprints;
        this.sessions = sessions;
        this.clock = clock;
    }

    /** Changes nothing. What the tenant's history says of the event is not looked for. */
    @POST
    @Path(Paths.EVENT_CHECK)
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Role.VIEWER)
    public Uni<EventCheck> check(byte[] data) {
        JsonNode tree = tree(data);
        return switch (reader.read(record(data, tree))) {
            case Reading.Refused refused ->
                    Uni.createFrom().item(BlueprintsSay.wrong(refused.code(), refused.reason()));
            case Reading.Accepted _ ->
                    sessions.withSession(session -> blueprints.say(session, data));
        };
    }

    /** The record it would be sent as, of a type that fits its lifecycle. */
    private RawRecord record(byte[] data, JsonNode tree) {
        EventType type =
                switch (tree.path("lifecycle").asText()) {
                    case "deleted" -> EventType.TENANT_DELETED;
                    case "suspended" -> EventType.TENANT_SUSPENDED;
                    default -> EventType.TENANT_UPDATED;
                };
        return new RawRecord(
                Topics.TENANT_LIFECYCLE,
                -1,
                -1,
                clock.millis(),
                tree.path("tenantId").asText().getBytes(UTF_8),
                data,
                CloudEventHeaders.of("check", NOBODY, clock.instant())
                        .render(type.value(), "check", "check"));
    }

    /** What cannot be read has no fields; the reader says why in better words. */
    private static JsonNode tree(byte[] data) {
        if (data.length > Limits.VALUE_BYTES) {
            return MissingNode.getInstance();
        }
        try {
            return EventJson.mapper().readTree(data);
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }
}
