package io.leasehold.state.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.events.EventJson;
import io.leasehold.state.source.Place;
import io.leasehold.state.source.PlaceDecider.Spot;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The lives of tenants: what is wanted of each now. */
@ApplicationScoped
class Lives {

    /** What the event was, beside what it asks for. */
    record Origin(Place place, String eventId, @Nullable String traceparent) {}

    /** Locks all lives of the tenant, oldest first, and says what is known of them. */
    Uni<List<KnownLife>> lock(Mutiny.Session session, String tenantId, long generation) {
        return session.createNativeQuery(
                        """
                        select l.incarnation, l.generation, l.spec_hash, l.lifecycle = 'deleted' as deleted,
                            exists (select 1 from stack s where s.tenant_id = l.tenant_id
                                and s.incarnation = l.incarnation and not s.wanted and not s.destroyed
                                and s.failed_revision = s.revision) as destroy_failed,
                            (select g.spec_hash from life_generation g where g.tenant_id = l.tenant_id
                                and g.incarnation = l.incarnation and g.generation = :generation) as hash_then,
                            l.source_topic, l.source_partition, l.source_offset,
                            (select t.ordinal from source_topic t where t.topic = l.source_topic
                                and t.topic_id = l.source_topic_id) as ordinal
                        from life l where l.tenant_id = :tenant
                        order by l.incarnation for update of l
                        """,
                        Tuple.class)
                .setParameter("tenant", tenantId)
                .setParameter("generation", generation)
                .getResultList()
                .map(rows ->
                        rows.stream()
                                .map(row ->
                                        new KnownLife(
                                                row.get("incarnation", Integer.class),
                                                row.get("generation", Long.class),
                                                row.get("spec_hash", String.class),
                                                row.get("deleted", Boolean.class),
                                                row.get("destroy_failed", Boolean.class),
                                                row.get("hash_then", String.class),
                                                spot(row)))
                                .toList());
    }

    private static @Nullable Spot spot(Tuple row) {
        String topic = row.get("source_topic", String.class);
        return topic == null
                ? null
                : new Spot(
                        topic,
                        row.get("ordinal", Integer.class),
                        row.get("source_partition", Integer.class),
                        row.get("source_offset", Long.class));
    }

    /** Begins a life. False when another transaction began it first: then judge again. */
    Uni<Boolean> begin(Mutiny.Session session, Change change, Origin origin) {
        return bound(
                        session.createNativeQuery(
                                """
                                insert into life (tenant_id, incarnation, generation, spec_hash, lifecycle, spec,
                                    delete_policy, blueprint_name, blueprint_version, accepted_at, event_id,
                                    traceparent, source_topic, source_topic_id, source_partition, source_offset)
                                values (:tenant, :incarnation, :generation, :hash, :lifecycle, cast(cast(:spec as text) as jsonb),
                                    cast(cast(:deletePolicy as text) as jsonb), cast(:blueprint as text), cast(:version as text),
                                    clock_timestamp(), :event, cast(:trace as text), :topic, :topicId, :partition, :offset)
                                on conflict (tenant_id, incarnation) do nothing
                                """),
                        change,
                        origin)
                .executeUpdate()
                .map(inserted -> inserted == 1);
    }

    /** What is wanted of a life is this now. A delete keeps the spec that it ends. */
    Uni<Void> move(Mutiny.Session session, Change change, Origin origin) {
        return bound(
                        session.createNativeQuery(
                                """
                                update life set generation = :generation, spec_hash = :hash, lifecycle = :lifecycle,
                                    spec = coalesce(cast(cast(:spec as text) as jsonb), spec),
                                    delete_policy = cast(cast(:deletePolicy as text) as jsonb),
                                    blueprint_name = coalesce(cast(:blueprint as text), blueprint_name),
                                    blueprint_version = coalesce(cast(:version as text), blueprint_version),
                                    accepted_at = clock_timestamp(), event_id = :event,
                                    traceparent = cast(:trace as text), source_topic = :topic,
                                    source_topic_id = :topicId, source_partition = :partition,
                                    source_offset = :offset,
                                    waiting_code = null, waiting_reason = null, waiting_since = null,
                                    alarmed_at = null
                                where tenant_id = :tenant and incarnation = :incarnation
                                """),
                        change,
                        origin)
                .executeUpdate()
                .replaceWithVoid();
    }

    /**
     * What is wanted stays; what said so last stood there.
     *
     * @param incarnation null for all lives of the tenant
     */
    Uni<Void> stands(
            Mutiny.Session session, String tenantId, @Nullable Integer incarnation, Place place) {
        return session.createNativeQuery(
                        """
                        update life set source_topic = :topic, source_topic_id = :topicId,
                            source_partition = :partition, source_offset = :offset
                        where tenant_id = :tenant
                          and incarnation = coalesce(cast(:incarnation as int), incarnation)
                        """)
                .setParameter("topic", place.topic())
                .setParameter("topicId", place.topicId())
                .setParameter("partition", place.partition())
                .setParameter("offset", place.offset())
                .setParameter("tenant", tenantId)
                .setParameter("incarnation", incarnation)
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Remembers which content a generation had. The first to come with it stays. */
    Uni<Void> remember(Mutiny.Session session, Change change) {
        return session.createNativeQuery(
                        """
                        insert into life_generation (tenant_id, incarnation, generation, spec_hash)
                        values (:tenant, :incarnation, :generation, :hash) on conflict do nothing
                        """)
                .setParameter("tenant", change.tenantId())
                .setParameter("incarnation", (int) change.incarnation())
                .setParameter("generation", change.generation())
                .setParameter("hash", change.specHash())
                .executeUpdate()
                .replaceWithVoid();
    }

    private static Mutiny.MutationQuery bound(
            Mutiny.MutationQuery query, Change change, Origin origin) {
        boolean delete = change.delete();
        JsonNode policy = change.data().path("policy");
        Place place = origin.place();
        return query.setParameter("tenant", change.tenantId())
                .setParameter("incarnation", (int) change.incarnation())
                .setParameter("generation", change.generation())
                .setParameter("hash", change.specHash())
                .setParameter("lifecycle", change.lifecycle().column())
                .setParameter("spec", delete ? null : text(change.data()))
                .setParameter("deletePolicy", delete && policy.isObject() ? text(policy) : null)
                .setParameter(
                        "blueprint",
                        delete || change.blueprint() == null ? null : change.blueprint().name())
                .setParameter(
                        "version",
                        delete || change.blueprint() == null ? null : change.blueprint().version())
                .setParameter("event", origin.eventId())
                .setParameter("trace", origin.traceparent())
                .setParameter("topic", place.topic())
                .setParameter("topicId", place.topicId())
                .setParameter("partition", place.partition())
                .setParameter("offset", place.offset());
    }

    private static String text(JsonNode node) {
        return new String(EventJson.write(node), StandardCharsets.UTF_8);
    }
}
