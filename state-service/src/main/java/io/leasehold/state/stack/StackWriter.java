package io.leasehold.state.stack;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.events.EventJson;
import io.leasehold.state.RowSet;
import io.leasehold.state.WorkerThreads;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.Sealer;
import io.leasehold.state.sealing.Sealers;
import io.leasehold.state.tfstate.States;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;

/** Writes what stacks should be, and of what their revisions are made. */
@ApplicationScoped
class StackWriter {
    private final States states;
    private final Sealers sealers;
    private final WorkerThreads workers;

    StackWriter(States states, Sealers sealers, WorkerThreads workers) {
        this.states = states;
        this.sealers = sealers;
        this.workers = workers;
    }

    /** Writes them in the planner's transaction and under its locks. */
    Uni<Void> write(Mutiny.Session session, List<PlanWriter.Target> targets) {
        List<PlanWriter.Target> fresh =
                targets.stream().filter(each -> each.target().isNew()).toList();
        List<PlanWriter.Target> others =
                targets.stream().filter(each -> !each.target().isNew()).toList();
        return insert(session, fresh)
                .chain(() -> update(session, others))
                .chain(() -> destroyRevisions(session, targets))
                .chain(() -> revisions(session, targets));
    }

    private static RowSet<PlanWriter.Target> columns(List<PlanWriter.Target> targets) {
        return RowSet.of(targets)
                .text("tenant", each -> each.stack().tenantId())
                .number("life", each -> each.stack().incarnation())
                .text("name", each -> each.stack().stack())
                .truth("wanted", each -> each.target().wanted())
                .number("revision", each -> each.target().revision())
                .text("hash", each -> each.target().inputHash())
                .number("generation", each -> each.target().generation())
                .text("blueprint", each -> each.target().blueprint().name())
                .text("version", each -> each.target().blueprint().version())
                .number("applied", each -> each.target().appliedGeneration())
                .truth("destroyed", each -> each.target().destroyed())
                .truth("due", each -> each.target().due())
                .text("code", each -> each.target().waitingCode())
                .text("reason", each -> each.target().waitingReason());
    }

    private Uni<Void> insert(Mutiny.Session session, List<PlanWriter.Target> targets) {
        if (targets.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return states.seed(session, targets.stream().map(PlanWriter.Target::stack).toList())
                .chain(seeded ->
                        columns(targets)
                                .number("state", each -> seeded.version(each.stack()))
                                .truth("begun", each -> seeded.begun(each.stack()))
                                .update(
                                        session,
                                        """
                                        insert into stack (tenant_id, incarnation, stack, wanted, revision,
                                            input_hash, generation, blueprint_name, blueprint_version,
                                            applied_generation, destroyed, due, due_since, waiting_code,
                                            waiting_reason, state_version, apply_started, changed_at)
                                        select tenant, life, name, wanted, revision, hash, generation, blueprint,
                                            version, applied, destroyed, due,
                                            case when due then clock_timestamp() end, code, reason, state,
                                            begun, clock_timestamp()
                                        from {rows} order by n
                                        """))
                .replaceWithVoid();
    }

    private static Uni<Void> update(Mutiny.Session session, List<PlanWriter.Target> targets) {
        return columns(targets)
                .truth("moved", each -> each.target().moved())
                .update(
                        session,
                        """
                        update stack as s set wanted = r.wanted, revision = r.revision, input_hash = r.hash,
                            generation = r.generation, blueprint_name = r.blueprint,
                            blueprint_version = r.version, applied_generation = r.applied,
                            destroyed = r.destroyed,
                            due_since = case when not r.due then null
                                when s.due then s.due_since else clock_timestamp() end,
                            due = r.due, waiting_code = r.code, waiting_reason = r.reason,
                            changed_at = clock_timestamp(),
                            attempts = case when r.moved then 0 else s.attempts end,
                            not_before = case when not r.moved then s.not_before end,
                            failed_revision = case when r.moved then 0 else s.failed_revision end,
                            failed_code = case when not r.moved then s.failed_code end,
                            failed_message = case when not r.moved then s.failed_message end
                        from {rows} where s.tenant_id = r.tenant and s.incarnation = r.life
                          and s.stack = r.name
                        """)
                .replaceWithVoid();
    }

    /**
     * A destroy uses what was applied; where nothing was, what was tried last is the best known.
     */
    private static Uni<Void> destroyRevisions(
            Mutiny.Session session, List<PlanWriter.Target> targets) {
        return RowSet.of(
                        targets.stream()
                                .filter(each ->
                                        each.target().moved() && each.target().content() == null)
                                .toList())
                .text("tenant", each -> each.stack().tenantId())
                .number("life", each -> each.stack().incarnation())
                .text("name", each -> each.stack().stack())
                .number("revision", each -> each.target().revision())
                .number("generation", each -> each.target().generation())
                .update(
                        session,
                        """
                        insert into stack_revision (tenant_id, incarnation, stack, revision, wanted,
                            input_hash, generation, module_digest, inputs, endpoints, outputs_allowed,
                            policy, timeout_millis, created_at)
                        select v.tenant_id, v.incarnation, v.stack, r.revision, false, '', r.generation,
                            v.module_digest, v.inputs, v.endpoints, v.outputs_allowed, v.policy,
                            v.timeout_millis, clock_timestamp()
                        from {rows} cross join lateral (
                            select * from stack_revision o
                            where o.tenant_id = r.tenant and o.incarnation = r.life and o.stack = r.name
                            order by o.revision desc limit 1) v
                        """)
                .replaceWithVoid();
    }

    /** A revision of a stack, ready to be written. */
    private record Revision(PlanWriter.Target of, Plan.Content content, byte[] inputs) {}

    private Uni<Void> revisions(Mutiny.Session session, List<PlanWriter.Target> targets) {
        List<PlanWriter.Target> moved =
                targets.stream()
                        .filter(each -> each.target().moved() && each.target().content() != null)
                        .toList();
        if (moved.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return sealers.of(session, moved.stream().map(each -> KeyOwner.of(each.stack())).toList())
                .chain(sealer ->
                        workers.call(() ->
                                moved.stream().flatMap(each -> sealed(sealer, each)).toList()))
                .chain(revisions -> insertRevisions(session, revisions));
    }

    private static Stream<Revision> sealed(
            Function<KeyOwner, Sealer> sealers, PlanWriter.Target moved) {
        Plan.Content content = moved.target().content();
        if (content == null) {
            return Stream.empty();
        }
        byte[] inputs =
                sealers.apply(KeyOwner.of(moved.stack()))
                        .seal(EventJson.write(content.inputs()), "inputs:" + moved.stack().key());
        return Stream.of(new Revision(moved, content, inputs));
    }

    private static Uni<Void> insertRevisions(Mutiny.Session session, List<Revision> revisions) {
        return RowSet.of(revisions)
                .text("tenant", each -> each.of().stack().tenantId())
                .number("life", each -> each.of().stack().incarnation())
                .text("name", each -> each.of().stack().stack())
                .number("revision", each -> each.of().target().revision())
                .text("hash", each -> each.of().target().inputHash())
                .number("generation", each -> each.of().target().generation())
                .text("module", each -> each.content().moduleDigest())
                .bytes("inputs", Revision::inputs)
                .text("endpoints", each -> json(each.content().endpoints()))
                .text("outputs", each -> json(each.content().outputs()))
                .text("policy", each -> json(each.content().policy()))
                .number("timeout", each -> each.content().timeout().toMillis())
                .update(
                        session,
                        """
                        insert into stack_revision (tenant_id, incarnation, stack, revision, wanted,
                            input_hash, generation, module_digest, inputs, endpoints, outputs_allowed,
                            policy, timeout_millis, created_at)
                        select tenant, life, name, revision, true, hash, generation, module, inputs,
                            cast(endpoints as jsonb), cast(outputs as jsonb), cast(policy as jsonb),
                            timeout, clock_timestamp()
                        from {rows}
                        """)
                .replaceWithVoid();
    }

    private static String json(Object value) {
        return new String(EventJson.write(value), UTF_8);
    }
}
