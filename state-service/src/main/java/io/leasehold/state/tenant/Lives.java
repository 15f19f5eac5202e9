package io.leasehold.state.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.events.EventJson;
import io.leasehold.state.RowSet;
import io.leasehold.state.source.Place;
import io.leasehold.state.source.PlaceDecider.Spot;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The lives of tenants: what is wanted of each now. */
@ApplicationScoped
class Lives {

    /** Locks all lives of the tenant, oldest first. */
    Uni<Void> lock(Mutiny.Session session, String tenantId) {
        return lock(session, List.of(tenantId));
    }

    /** Locks all lives of these tenants, in the order in which lives are locked everywhere. */
    Uni<Void> lock(Mutiny.Session session, List<String> tenants) {
        return RowSet.of(tenants.stream().sorted().toList())
                .text("tenant", tenant -> tenant)
                .select(
                        session,
                        """
                        select l.incarnation from {rows} cross join lateral (
                            select incarnation from life where tenant_id = r.tenant
                            order by incarnation for update) l
                        """,
                        Integer.class)
                .replaceWithVoid();
    }

    /**
     * What is known of the lives of these tenants, which are locked: by tenant, oldest first. Not
     * one statement with the locking: what waited for a row would read the rest as it was before.
     *
     * @param generations by tenant, the generation whose content is asked for
     */
    Uni<Map<String, List<KnownLife>>> known(Mutiny.Session session, Map<String, Long> generations) {
        return RowSet.of(List.copyOf(generations.entrySet()))
                .text("tenant", Map.Entry::getKey)
                .number("generation", Map.Entry::getValue)
                .select(
                        session,
                        """
                        select l.tenant_id, l.incarnation, l.generation, l.spec_hash,
                            l.lifecycle = 'deleted' as deleted,
                            exists (select 1 from stack s where s.tenant_id = l.tenant_id
                                and s.incarnation = l.incarnation and not s.wanted and not s.destroyed
                                and s.failed_revision = s.revision) as destroy_failed,
                            (select g.spec_hash from life_generation g where g.tenant_id = l.tenant_id
                                and g.incarnation = l.incarnation and g.generation = r.generation) as hash_then,
                            l.source_topic, l.source_partition, l.source_offset,
                            (select t.ordinal from source_topic t where t.topic = l.source_topic
                                and t.topic_id = l.source_topic_id) as ordinal
                        from {rows} cross join lateral (
                            select * from life where tenant_id = r.tenant offset 0) l
                        order by r.n, l.incarnation
                        """,
                        Tuple.class)
                .map(rows ->
                        rows.stream()
                                .collect(
                                        Collectors.groupingBy(
                                                row -> row.get("tenant_id", String.class),
                                                Collectors.mapping(
                                                        Lives::known, Collectors.toList()))));
    }

    private static KnownLife known(Tuple row) {
        return new KnownLife(
                row.get("incarnation", Integer.class),
                row.get("generation", Long.class),
                row.get("spec_hash", String.class),
                row.get("deleted", Boolean.class),
                row.get("destroy_failed", Boolean.class),
                row.get("hash_then", String.class),
                spot(row));
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

    /**
     * Begins lives, in the order given. False when another transaction began one of them first:
     * then judge again.
     */
    Uni<Boolean> begin(Mutiny.Session session, List<Arrival> arrivals) {
        return wanted(arrivals)
                .update(
                        session,
                        """
                        insert into life (tenant_id, incarnation, generation, spec_hash, lifecycle, spec,
                            delete_policy, blueprint_name, blueprint_version, accepted_at, event_id,
                            traceparent, source_topic, source_topic_id, source_partition, source_offset)
                        select tenant, incarnation, generation, hash, lifecycle, cast(spec as jsonb),
                            cast(delete_policy as jsonb), blueprint, version, clock_timestamp(), event,
                            trace, topic, topic_id, partition_no, offset_no
                        from {rows} order by n
                        on conflict (tenant_id, incarnation) do nothing
                        """)
                .map(inserted -> inserted == arrivals.size());
    }

    /** What is wanted of these lives is this now. A delete keeps the spec that it ends. */
    Uni<Void> move(Mutiny.Session session, List<Arrival> arrivals) {
        return wanted(arrivals)
                .update(
                        session,
                        """
                        update life as l set generation = r.generation, spec_hash = r.hash,
                            lifecycle = r.lifecycle, spec = coalesce(cast(r.spec as jsonb), l.spec),
                            delete_policy = cast(r.delete_policy as jsonb),
                            blueprint_name = coalesce(r.blueprint, l.blueprint_name),
                            blueprint_version = coalesce(r.version, l.blueprint_version),
                            accepted_at = clock_timestamp(), event_id = r.event, traceparent = r.trace,
                            source_topic = r.topic, source_topic_id = r.topic_id,
                            source_partition = r.partition_no, source_offset = r.offset_no,
                            waiting_code = null, waiting_reason = null, waiting_since = null,
                            alarmed_at = null
                        from {rows} where l.tenant_id = r.tenant and l.incarnation = r.incarnation
                        """)
                .replaceWithVoid();
    }

    private static RowSet<Arrival> wanted(List<Arrival> arrivals) {
        return RowSet.of(arrivals)
                .text("tenant", arrival -> arrival.change().tenantId())
                .number("incarnation", arrival -> arrival.change().incarnation())
                .number("generation", arrival -> arrival.change().generation())
                .text("hash", arrival -> arrival.change().specHash())
                .text("lifecycle", arrival -> arrival.change().lifecycle().column())
                .text("spec", arrival -> spec(arrival.change()))
                .text("delete_policy", arrival -> deletePolicy(arrival.change()))
                .text("blueprint", arrival -> name(arrival.change()))
                .text("version", arrival -> version(arrival.change()))
                .text("event", arrival -> arrival.event().eventId())
                .text("trace", arrival -> arrival.event().traceparent())
                .text("topic", arrival -> arrival.stands().topic())
                .text("topic_id", arrival -> arrival.stands().topicId())
                .number("partition_no", arrival -> arrival.stands().partition())
                .number("offset_no", arrival -> arrival.stands().offset());
    }

    private static @Nullable String spec(Change change) {
        return change.delete() ? null : text(change.data());
    }

    private static @Nullable String deletePolicy(Change change) {
        JsonNode policy = change.data().path("policy");
        return change.delete() && policy.isObject() ? text(policy) : null;
    }

    private static @Nullable String name(Change change) {
        return change.delete() || change.blueprint() == null ? null : change.blueprint().name();
    }

    private static @Nullable String version(Change change) {
        return change.delete() || change.blueprint() == null ? null : change.blueprint().version();
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
    Uni<Void> remember(Mutiny.Session session, List<Arrival> arrivals) {
        return RowSet.of(arrivals)
                .text("tenant", arrival -> arrival.change().tenantId())
                .number("incarnation", arrival -> arrival.change().incarnation())
                .number("generation", arrival -> arrival.change().generation())
                .text("hash", arrival -> arrival.change().specHash())
                .update(
                        session,
                        """
                        insert into life_generation (tenant_id, incarnation, generation, spec_hash)
                        select tenant, incarnation, generation, hash from {rows} on conflict do nothing
                        """)
                .replaceWithVoid();
    }

    private static String text(JsonNode node) {
        return new String(EventJson.write(node), StandardCharsets.UTF_8);
    }
}
