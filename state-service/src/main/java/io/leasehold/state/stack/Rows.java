package io.leasehold.state.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.EventJson;
import io.leasehold.state.blueprint.BlueprintKey;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Reads and locks what planning looks at: the life first, then its stacks in name order. */
@ApplicationScoped
class Rows {

    /** A life with the blueprint it wants. */
    record LifeRow(Situation.Life life, @Nullable BlueprintKey blueprint) {}

    Uni<Optional<LifeRow>> life(Mutiny.Session session, String tenantId, int incarnation) {
        return session.createNativeQuery(
                        """
                        select l.generation, l.observed_generation, l.attempted_generation, l.lifecycle,
                            cast(l.spec as text) as spec, cast(l.delete_policy as text) as delete_policy,
                            l.blueprint_name, l.blueprint_version, l.gone_at is not null as gone,
                            exists (select 1 from life o where o.tenant_id = l.tenant_id
                                and o.incarnation < l.incarnation and o.gone_at is null) as previous_alive
                        from life l
                        where l.tenant_id = :tenant and l.incarnation = :incarnation
                        for update of l
                        """,
                        Tuple.class)
                .setParameter("tenant", tenantId)
                .setParameter("incarnation", incarnation)
                .getSingleResultOrNull()
                .map(row ->
                        Optional.ofNullable(row).map(found -> of(tenantId, incarnation, found)));
    }

    Uni<List<Situation.Stack>> stacks(Mutiny.Session session, String tenantId, int incarnation) {
        return session.createNativeQuery(
                        """
                        select s.stack, s.wanted, s.revision, s.input_hash, s.generation, s.blueprint_name,
                            s.blueprint_version, s.applied_revision, s.applied_generation, s.destroyed,
                            s.apply_started, s.due, s.waiting_code, s.waiting_reason,
                            case when s.hold_until is null or s.hold_until > clock_timestamp()
                                then s.hold_code end as hold_code,
                            s.failed_revision, s.failed_code, s.failed_message,
                            s.lease_id is not null as leased,
                            coalesce((select r.generation from run r where r.run_id = s.lease_run), 0)
                                as run_generation,
                            exists (select 1 from stack_applied a where a.tenant_id = s.tenant_id
                                and a.incarnation = s.incarnation and a.stack = s.stack
                                and a.outputs_hash is not null) as outputs_out
                        from stack s
                        where s.tenant_id = :tenant and s.incarnation = :incarnation
                        order by s.stack for update of s
                        """,
                        Tuple.class)
                .setParameter("tenant", tenantId)
                .setParameter("incarnation", incarnation)
                .getResultList()
                .map(rows -> rows.stream().map(Rows::stack).toList());
    }

    Uni<List<Situation.OpenEvent>> events(
            Mutiny.Session session, String tenantId, int incarnation) {
        return session.createNativeQuery(
                        """
                        select id, generation, disposition = 'FAILED' as failed from tenant_event
                        where tenant_id = :tenant and incarnation = :incarnation
                          and disposition in ('PENDING', 'FAILED') and generation is not null
                        order by id
                        """,
                        Tuple.class)
                .setParameter("tenant", tenantId)
                .setParameter("incarnation", incarnation)
                .getResultList()
                .map(rows ->
                        rows.stream()
                                .map(row ->
                                        new Situation.OpenEvent(
                                                row.get("id", Long.class),
                                                row.get("generation", Long.class),
                                                row.get("failed", Boolean.class)))
                                .toList());
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

    private static LifeRow of(String tenantId, int incarnation, Tuple row) {
        String blueprint = row.get("blueprint_name", String.class);
        JsonNode spec = json(row.get("spec", String.class));
        return new LifeRow(
                new Situation.Life(
                        tenantId,
                        incarnation,
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
