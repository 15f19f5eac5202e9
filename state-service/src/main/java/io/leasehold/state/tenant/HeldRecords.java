package io.leasehold.state.tenant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.state.sealing.Sealer;
import io.leasehold.state.source.Place;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** The events that are held since they cannot be put in order, as they were handed in. */
@ApplicationScoped
class HeldRecords {
    private final Sealer sealer;
    private final ObjectMapper json;

    HeldRecords(Sealer sealer, ObjectMapper json) {
        this.sealer = sealer;
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
        String tenantId = arrival.change().tenantId();
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
                .setParameter("tenant", tenantId)
                .setParameter("topic", stands.topic())
                .setParameter("topicId", stands.topicId())
                .setParameter("partition", stands.partition())
                .setParameter("offset", stands.offset())
                .setParameter("reading", arrival.reading())
                .setParameter("item", sealer.seal(written(arrival.item()), context(tenantId, row)))
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
                .map(row -> Optional.ofNullable(row).map(found -> held(tenantId, found)));
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

    private Held held(String tenantId, Tuple row) {
        long number = row.get("event_row", Long.class);
        try {
            byte[] item = sealer.open(row.get("item", byte[].class), context(tenantId, number));
            return new Held(
                    number,
                    row.get("reading", Integer.class),
                    new Place(
                            row.get("topic", String.class),
                            row.get("place_topic_id", String.class),
                            row.get("place_partition", Integer.class),
                            row.get("place_offset", Long.class)),
                    json.readValue(item, IntakeRequest.Item.class));
        } catch (IOException e) {
            throw new UncheckedIOException("an event that is held is not readable", e);
        }
    }

    private byte[] written(IntakeRequest.Item item) {
        try {
            return json.writeValueAsBytes(item);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event cannot be written as JSON", e);
        }
    }

    private static String context(String tenantId, long row) {
        return "held:" + tenantId + "/" + row;
    }
}
