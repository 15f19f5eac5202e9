package io.leasehold.state.tenant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.ErrorCode;
import io.leasehold.events.EventJson;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.state.blueprint.Blueprint;
import io.leasehold.state.blueprint.BlueprintKey;
import io.leasehold.state.blueprint.Blueprints;
import io.leasehold.state.deadletter.DeadLetters;
import io.leasehold.state.deadletter.RefusedEvent;
import io.leasehold.state.stack.LifeRef;
import io.leasehold.state.stack.Waits;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Ends the waiting of an accepted event for its blueprint, in the caller's transaction, after the
 * life was planned. What was wanted stays wanted: a blueprint that comes late still counts.
 */
@ApplicationScoped
class WaitingLetters {
    private final WaitingRecords records;
    private final TenantEvents events;
    private final Blueprints blueprints;
    private final DeadLetters deadLetters;

    WaitingLetters(
            WaitingRecords records,
            TenantEvents events,
            Blueprints blueprints,
            DeadLetters deadLetters) {
        this.records = records;
        this.events = events;
        this.blueprints = blueprints;
        this.deadLetters = deadLetters;
    }

    private record Waited(@Nullable String code, BlueprintKey blueprint, JsonNode spec) {}

    /** The blueprint is there: the record is not needed any more, or is refused by it. */
    Uni<Void> settle(Mutiny.Session session, LifeRef life) {
        return waited(session, life)
                .chain(waited -> {
                    if (Waits.BLUEPRINT_UNKNOWN.equals(waited.code())) {
                        return Uni.createFrom().voidItem();
                    }
                    return Waits.VARIABLES_REFUSED.equals(waited.code())
                            ? refused(session, life, waited)
                            : records.drop(session, life.tenantId(), life.incarnation());
                });
    }

    /** The time is over; unless the blueprint came at last, the event is a dead letter. */
    Uni<Void> expire(Mutiny.Session session, LifeRef life) {
        return waited(session, life)
                .chain(waited ->
                        Waits.BLUEPRINT_UNKNOWN.equals(waited.code())
                                ? letter(
                                        session,
                                        life,
                                        ErrorCode.BLUEPRINT_UNKNOWN.name(),
                                        "the blueprint "
                                                + waited.blueprint()
                                                + " was not registered in time",
                                        waited.blueprint())
                                : settle(session, life));
    }

    private Uni<Void> refused(Mutiny.Session session, LifeRef life, Waited waited) {
        return blueprints
                .find(session, waited.blueprint())
                .map(found -> violation(found, waited))
                .chain(fault ->
                        letter(
                                session,
                                life,
                                fault.map(SpecCheck.Fault::code).orElse(ErrorCode.VAR_TYPE.name()),
                                fault.map(SpecCheck.Fault::reason)
                                        .orElse("the blueprint refuses the variables"),
                                waited.blueprint()));
    }

    private static Optional<SpecCheck.Fault> violation(
            Optional<Blueprint> blueprint, Waited waited) {
        return waited.spec() instanceof ObjectNode spec
                ? blueprint.flatMap(found -> SpecCheck.fault(found, Change.of(spec, "")))
                : Optional.empty();
    }

    private Uni<Void> letter(
            Mutiny.Session session,
            LifeRef life,
            String code,
            String reason,
            BlueprintKey blueprint) {
        return records.find(session, life.tenantId(), life.incarnation())
                .chain(found ->
                        found.isEmpty()
                                ? Uni.createFrom().voidItem()
                                : letter(session, life, found.get(), code, reason, blueprint));
    }

    private Uni<Void> letter(
            Mutiny.Session session,
            LifeRef life,
            WaitingRecords.Waiting record,
            String code,
            String reason,
            BlueprintKey blueprint) {
        return deadLetters
                .refused(
                        session,
                        new RefusedEvent(
                                record.raw(),
                                code,
                                reason,
                                !code.equals(ErrorCode.VAR_SENSITIVE_INLINE.name()),
                                life.tenantId(),
                                life.incarnation(),
                                record.generation(),
                                record.eventId(),
                                record.eventType(),
                                blueprint.toString()))
                .chain(() ->
                        events.deadLetter(
                                session,
                                life.tenantId(),
                                life.incarnation(),
                                record.generation(),
                                new TenantEvents.Outcome(Disposition.DEAD_LETTERED, code, reason)))
                .chain(() -> records.drop(session, life.tenantId(), life.incarnation()));
    }

    private static Uni<Waited> waited(Mutiny.Session session, LifeRef life) {
        return session.createNativeQuery(
                        """
                        select waiting_code, coalesce(blueprint_name, ''), coalesce(blueprint_version, ''),
                            coalesce(cast(spec as text), 'null')
                        from life where tenant_id = :tenant and incarnation = :incarnation
                        """,
                        Tuple.class)
                .setParameter("tenant", life.tenantId())
                .setParameter("incarnation", life.incarnation())
                .getSingleResult()
                .map(row ->
                        new Waited(
                                row.get(0, String.class),
                                new BlueprintKey(
                                        row.get(1, String.class), row.get(2, String.class)),
                                json(row.get(3, String.class))));
    }

    private static JsonNode json(String text) {
        try {
            return EventJson.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what Postgres keeps as JSON is JSON", e);
        }
    }
}
