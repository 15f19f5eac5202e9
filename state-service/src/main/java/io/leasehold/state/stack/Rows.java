package io.leasehold.state.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.EventJson;
import io.leasehold.state.RowSet;
import io.leasehold.state.blueprint.BlueprintKey;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Reads and locks what planning looks at: the life first, then its stacks in name order. */
@ApplicationScoped
class Rows {

    /** A life with the blueprint it wants. */
    record LifeRow(Situation.Life life, @Nullable BlueprintKey blueprint) {
        LifeRef ref() {
            return new LifeRef(life.tenantId(), life.incarnation());
        }
    }

    /** In the order in which lives are locked everywhere, and one after the other in that order. */
    private static RowSet<LifeRef> named(List<LifeRef> lives) {
        return LifeRef.rows(lives.stream().sorted(LifeRef.LOCK_ORDER).toList());
    }

    /** Those of these lives that are there, in the order in which lives are locked everywhere. */
    Uni<List<LifeRow>> lives(Mutiny.Session session, List<LifeRef> lives) {
        return named(lives)
                .select(
                        session,
                        """
                        select l.tenant_id, l.incarnation, l.generation, l.observed_generation,
                            l.attempted_generation, l.lifecycle, cast(l.spec as text) as spec,
                            cast(l.delete_policy as text) as delete_policy,
                            l.blueprint_name, l.blueprint_version, l.gone_at is not null as gone,
                            exists (select 1 from life o where o.tenant_id = l.tenant_id
                                and o.incarnation < l.incarnation and o.gone_at is null) as previous_alive
                        from {rows} cross join lateral (
                            select * from life where tenant_id = r.tenant and incarnation = r.life
                            for update) l
                        order by r.n
                        """,
                        Tuple.class)
                .map(rows -> rows.stream().map(Rows::life).toList());
    }

    /** The stacks of these lives, each life's in name order. */
    Uni<Map<LifeRef, List<Situation.Stack>>> stacks(Mutiny.Session session, List<LifeRef> lives) {
        return named(lives)
                .select(
                        session,
                        """
                        select s.tenant_id, s.incarnation, s.stack, s.wanted, s.revision, s.input_hash,
                            s.generation, s.blueprint_name,
                            s.blueprint_version, s.applied_revision, s.applied_generation, s.destroyed,
                            s.apply_started, s.due, s.waiting_code, s.waiting_reason,
                            case when s.hold_until is null or s.hold_until > clock_timestamp()
                                then nullif(s.hold_code, 'BREAKER') end as hold_code,
                            s.failed_revision, s.failed_code, s.failed_message,
                            s.lease_id is not null as leased,
                            coalesce((select o.generation from run o where o.run_id = s.lease_run), 0)
                                as run_generation,
                            exists (select 1 from stack_applied a where a.tenant_id = s.tenant_id
                                and a.incarnation = s.incarnation and a.stack = s.stack
                                and a.outputs_hash is not null) as outputs_out
                        from {rows} cross join lateral (
                            select * from stack where tenant_id = r.tenant and incarnation = r.life
                            order by stack for update) s
                        order by r.n, s.stack
                        """,
                        Tuple.class)
                .map(rows -> byLife(rows, Rows::stack));
    }

    /** The events of these lives that are open, each life's in the order they were taken in. */
    Uni<Map<LifeRef, List<Situation.OpenEvent>>> events(
            Mutiny.Session session, List<LifeRef> lives) {
        return named(lives)
                .select(
                        session,
                        """
                        select e.tenant_id, e.incarnation, e.id, e.generation,
                            e.disposition = 'FAILED' as failed
                        from {rows} cross join lateral (
                            select * from tenant_event
                            where tenant_id = r.tenant and incarnation = r.life
                              and disposition in ('PENDING', 'FAILED') and generation is not null
                            offset 0) e
                        order by e.id
                        """,
                        Tuple.class)
                .map(rows -> byLife(rows, Rows::event));
    }

    private static <T> Map<LifeRef, List<T>> byLife(List<Tuple> rows, Function<Tuple, T> each) {
        return rows.stream()
                .collect(
                        Collectors.groupingBy(
                                Rows::ref, Collectors.mapping(each, Collectors.toList())));
    }

    private static LifeRef ref(Tuple row) {
        return new LifeRef(
                row.get("tenant_id", String.class), row.get("incarnation", Integer.class));
    }

    private static Situation.OpenEvent event(Tuple row) {
        return new Situation.OpenEvent(
                row.get("id", Long.class),
                row.get("generation", Long.class),
                row.get("failed", Boolean.class));
    }

    /** The next life of the tenant that is not gone, if there is one. */
    Uni<Optional<Integer>> nextLife(Mutiny.Session session, String tenantId, int after) {
        return session.createNativeQuery(
                        """
                        select incarnation from life
                        where tenant_id = :tenant and incarnation > :after and gone_at is null
                        order by incarnation limit 1
                        """,
                        Integer.class)
                .setParameter("tenant", tenantId)
                .setParameter("after", after)
                .getSingleResultOrNull()
                .map(Optional::ofNullable);
    }

    private static LifeRow life(Tuple row) {
        String blueprint = row.get("blueprint_name", String.class);
        JsonNode spec = json(row.get("spec", String.class));
        return new LifeRow(
                new Situation.Life(
                        row.get("tenant_id", String.class),
                        row.get("incarnation", Integer.class),
                        row.get("generation", Long.class),
                        row.get("observed_generation", Long.class),
                        row.get("attempted_generation", Long.class),
                        Situation.Lifecycle.valueOf(
                                row.get("lifecycle", String.class).toUpperCase(Locale.ROOT)),
                        spec instanceof ObjectNode object ? object : null,
                        json(row.get("delete_policy", String.class)),
                        row.get("previous_alive", Boolean.class),
                        row.get("gone", Boolean.class)),
                blueprint == null
                        ? null
                        : new BlueprintKey(blueprint, row.get("blueprint_version", String.class)));
    }

    private static Situation.Stack stack(Tuple row) {
        return new Situation.Stack(
                row.get("stack", String.class),
                row.get("wanted", Boolean.class),
                row.get("revision", Long.class),
                row.get("input_hash", String.class),
                row.get("generation", Long.class),
                new BlueprintKey(
                        row.get("blueprint_name", String.class),
                        row.get("blueprint_version", String.class)),
                row.get("applied_revision", Long.class),
                row.get("applied_generation", Long.class),
                row.get("destroyed", Boolean.class),
                row.get("apply_started", Boolean.class),
                row.get("due", Boolean.class),
                row.get("waiting_code", String.class),
                row.get("waiting_reason", String.class),
                row.get("hold_code", String.class),
                row.get("failed_revision", Long.class),
                row.get("failed_code", String.class),
                row.get("failed_message", String.class),
                row.get("leased", Boolean.class),
                row.get("run_generation", Long.class),
                row.get("outputs_out", Boolean.class));
    }

    private static JsonNode json(@Nullable String text) {
        try {
            return text == null ? MissingNode.getInstance() : EventJson.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what Postgres keeps as JSON is JSON", e);
        }
    }
}
