package io.leasehold.state.tenant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.state.sealing.Sealer;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The bytes of accepted events that wait for their blueprint, for the dead letters they may be. */
@ApplicationScoped
class WaitingRecords {
    private final Sealer sealer;
    private final ObjectMapper json;

    WaitingRecords(Sealer sealer, ObjectMapper json) {
        this.sealer = sealer;
        this.json = json;
    }

    /** A record that waits. */
    record Waiting(
            RawRecord raw, long generation, @Nullable String eventId, @Nullable String eventType) {}

    Uni<Void> keep(Mutiny.Session session, Arrival arrival) {
        Change change = arrival.change();
        return session.createNativeQuery(
                        """
                        insert into life_waiting_record
                            (tenant_id, incarnation, generation, event_id, event_type, raw)
                        values (:tenant, :incarnation, :generation, :event, :type, :raw)
                        on conflict (tenant_id, incarnation) do update set generation = excluded.generation,
                            event_id = excluded.event_id, event_type = excluded.event_type, raw = excluded.raw
                        """)
                .setParameter("tenant", change.tenantId())
                .setParameter("incarnation", (int) change.incarnation())
                .setParameter("generation", change.generation())
                .setParameter("event", arrival.event().eventId())
                .setParameter("type", arrival.event().eventType())
                .setParameter(
                        "raw",
                        sealer.seal(
                                written(arrival.raw()),
                                context(change.tenantId(), (int) change.incarnation())))
                .executeUpdate()
                .replaceWithVoid();
    }

    Uni<Void> drop(Mutiny.Session session, String tenantId, int incarnation) {
        return session.createNativeQuery(
                        """
                        delete from life_waiting_record
                        where tenant_id = :tenant and incarnation = :incarnation
                        """)
                .setParameter("tenant", tenantId)
                .setParameter("incarnation", incarnation)
                .executeUpdate()
                .replaceWithVoid();
    }

    Uni<Optional<Waiting>> find(Mutiny.Session session, String tenantId, int incarnation) {
        return session.createNativeQuery(
                        """
                        select raw, generation, event_id, event_type from life_waiting_record
                        where tenant_id = :tenant and incarnation = :incarnation
                        """,
                        Tuple.class)
                .setParameter("tenant", tenantId)
                .setParameter("incarnation", incarnation)
                .getSingleResultOrNull()
                .map(row ->
                        Optional.ofNullable(row)
                                .map(found -> waiting(tenantId, incarnation, found)));
    }

    private Waiting waiting(String tenantId, int incarnation, Tuple row) {
        try {
            byte[] raw = sealer.open(row.get("raw", byte[].class), context(tenantId, incarnation));
            return new Waiting(
                    json.readValue(raw, RawRecord.class),
                    row.get("generation", Long.class),
                    row.get("event_id", String.class),
                    row.get("event_type", String.class));
        } catch (IOException e) {
            throw new UncheckedIOException("a record that waits is not readable", e);
        }
    }

    private byte[] written(RawRecord raw) {
        try {
            return json.writeValueAsBytes(raw);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of bytes cannot be written as JSON", e);
        }
    }

    private static String context(String tenantId, int incarnation) {
        return "waiting:" + tenantId + "/" + incarnation;
    }
}
