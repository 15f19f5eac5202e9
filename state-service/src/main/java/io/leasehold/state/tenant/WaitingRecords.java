package io.leasehold.state.tenant;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.state.WorkerThreads;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.Sealers;
import io.leasehold.state.stack.LifeRef;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The bytes of accepted events that wait for their blueprint, for the dead letters they may be. */
@ApplicationScoped
class WaitingRecords {
    private final Sealers sealers;
    private final WorkerThreads workers;
    private final ObjectMapper json;

    WaitingRecords(Sealers sealers, WorkerThreads workers, ObjectMapper json) {
        this.sealers = sealers;
        this.workers = workers;
        this.json = json;
    }

    /** A record that waits. */
    record Waiting(
            RawRecord raw, long generation, @Nullable String eventId, @Nullable String eventType) {}

    Uni<Void> keep(Mutiny.Session session, Arrival arrival) {
        Change change = arrival.change();
        int incarnation = (int) change.incarnation();
        return sealers.of(session, KeyOwner.life(change.tenantId(), incarnation))
                .chain(sealer ->
                        workers.call(() ->
                                sealer.seal(
                                        json.writeValueAsBytes(arrival.raw()),
                                        context(change.tenantId(), incarnation))))
                .chain(sealed -> keep(session, arrival, sealed));
    }

    private static Uni<Void> keep(Mutiny.Session session, Arrival arrival, byte[] sealed) {
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
                .setParameter("raw", sealed)
                .executeUpdate()
                .replaceWithVoid();
    }

    Uni<Void> drop(Mutiny.Session session, String tenantId, int incarnation) {
        return drop(session, List.of(new LifeRef(tenantId, incarnation)));
    }

    Uni<Void> drop(Mutiny.Session session, List<LifeRef> lives) {
        return LifeRef.rows(lives)
                .update(
                        session,
                        """
                        delete from life_waiting_record w using {rows}
                        where w.tenant_id = r.tenant and w.incarnation = r.life
                        """)
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
                .chain(row ->
                        row == null
                                ? Uni.createFrom().item(Optional.empty())
                                : waiting(session, tenantId, incarnation, row).map(Optional::of));
    }

    private Uni<Waiting> waiting(
            Mutiny.Session session, String tenantId, int incarnation, Tuple row) {
        byte[] sealed = row.get("raw", byte[].class);
        return sealers.toOpen(session, KeyOwner.life(tenantId, incarnation), List.of(sealed))
                .chain(sealer ->
                        workers.call(() ->
                                waiting(sealer.open(sealed, context(tenantId, incarnation)), row)));
    }

    private Waiting waiting(byte[] raw, Tuple row) throws IOException {
        return new Waiting(
                json.readValue(raw, RawRecord.class),
                row.get("generation", Long.class),
                row.get("event_id", String.class),
                row.get("event_type", String.class));
    }

    private static String context(String tenantId, int incarnation) {
        return "waiting:" + tenantId + "/" + incarnation;
    }
}
