package io.leasehold.state.tenant;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.state.WorkerThreads;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.Sealers;
import io.leasehold.state.source.Place;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The events that are held since they cannot be put in order, as they were handed in; sealed for
 * the platform, since the life they speak of may not have begun.
 */
@ApplicationScoped
class HeldRecords {
    private final Sealers sealers;
    private final WorkerThreads workers;
    private final ObjectMapper json;

    HeldRecords(Sealers sealers, WorkerThreads workers, ObjectMapper json) {
        this.sealers = sealers;
        this.workers = workers;
        this.json = json;
    }

    /**
     * An event that is held.
     *
     * @param row the number of its row among the tenant's events
     * @param stands its place in the order of its source
     */
    record Held(long row, int reading, Place stands, IntakeRequest.Item item) {}

    /** Whether anything of a tenant is held. */
    Uni<Boolean> any(Mutiny.Session session, String tenantId) {
        return session.createNativeQuery(
                        "select exists (select 1 from held_event where tenant_id = :tenant)",
                        Boolean.class)
                .setParameter("tenant", tenantId)
                .getSingleResult();
    }

    /** Keeps one; one that is kept already stays as it is. */
    Uni<Void> keep(Mutiny.Session session, long row, Arrival arrival) {
        String context = context(arrival.change().tenantId(), row);
        return sealers.of(session, KeyOwner.PLATFORM)
                .chain(sealer ->
                        workers.call(
                                () -> sealer.seal(json.writeValueAsBytes(arrival.item()), context)))
                .chain(sealed -> keep(session, row, arrival, sealed));
    }

    private static Uni<Void> keep(
            Mutiny.Session session, long row, Arrival arrival, byte[] sealed) {
        Place stands = arrival.stands();
        return session.createNativeQuery(
                        """
                        insert into held_event (event_row, tenant_id, topic, place_topic_id, place_partition,
                            place_offset, reading, item, held_at)
                        values (:row, :tenant, :topic, :topicId, :partition, :offset, :reading, :item,
                            clock_timestamp())
                        on conflict (event_row) do nothing
                        """)
                .setParameter("row", row)
                .setParameter("tenant", arrival.change().tenantId())
                .setParameter("topic", stands.topic())
                .setParameter("topicId", stands.topicId())
                .setParameter("partition", stands.partition())
                .setParameter("offset", stands.offset())
                .setParameter("reading", arrival.reading())
                .setParameter("item", sealed)
                .executeUpdate()
                .replaceWithVoid();
    }

    /** The first of a tenant that came, locked. */
    Uni<Optional<Held>> first(Mutiny.Session session, String tenantId) {
        return session.createNativeQuery(
                        """
                        select event_row, topic, place_topic_id, place_partition, place_offset, reading, item
                        from held_event where tenant_id = :tenant order by event_row limit 1 for update
                        """,
                        Tuple.class)
                .setParameter("tenant", tenantId)
                .getSingleResultOrNull()
                .chain(row ->
                        row == null
                                ? Uni.createFrom().item(Optional.empty())
                                : held(session, tenantId, row).map(Optional::of));
    }

    /** How many of a tenant are held. */
    Uni<Long> count(Mutiny.Session session, String tenantId) {
        return session.createNativeQuery(
                        "select count(*) from held_event where tenant_id = :tenant", Long.class)
                .setParameter("tenant", tenantId)
                .getSingleResult();
    }

    /** The tenants that have events of a topic held. */
    Uni<List<String>> tenants(Mutiny.Session session, String topic) {
        return session.createNativeQuery(
                        "select distinct tenant_id from held_event where topic = :topic order by tenant_id",
                        String.class)
                .setParameter("topic", topic)
                .getResultList();
    }

    /** Lets go of one. */
    Uni<Void> drop(Mutiny.Session session, long row) {
        return session.createNativeQuery("delete from held_event where event_row = :row")
                .setParameter("row", row)
                .executeUpdate()
                .replaceWithVoid();
    }

    private Uni<Held> held(Mutiny.Session session, String tenantId, Tuple row) {
        byte[] sealed = row.get("item", byte[].class);
        String context = context(tenantId, row.get("event_row", Long.class));
        return sealers.toOpen(session, KeyOwner.PLATFORM, List.of(sealed))
                .chain(sealer -> workers.call(() -> held(sealer.open(sealed, context), row)));
    }

    private Held held(byte[] item, Tuple row) throws IOException {
        return new Held(
                row.get("event_row", Long.class),
                row.get("reading", Integer.class),
                new Place(
                        row.get("topic", String.class),
                        row.get("place_topic_id", String.class),
                        row.get("place_partition", Integer.class),
                        row.get("place_offset", Long.class)),
                json.readValue(item, IntakeRequest.Item.class));
    }

    private static String context(String tenantId, long row) {
        return "held:" + tenantId + "/" + row;
    }
}
