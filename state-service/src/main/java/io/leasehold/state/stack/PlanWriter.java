package io.leasehold.state.stack;

import io.leasehold.events.EventJson;
import io.leasehold.events.outgoing.OutputsWithdrawn;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.output.OutputSnapshots;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.Sealers;
import io.leasehold.state.tfstate.States;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import org.hibernate.reactive.mutiny.Mutiny;

/** Writes a plan, in the planner's transaction and under its locks. */
@ApplicationScoped
class PlanWriter {
    private static final String OF_STACK =
            " where tenant_id = :tenant and incarnation = :incarnation and stack = :stack";

    private final States states;
    private final OutputSnapshots outputs;
    private final Sealers sealers;
    private final EventEnds ends;

    PlanWriter(States states, OutputSnapshots outputs, Sealers sealers, EventEnds ends) {
        this.states = states;
        this.outputs = outputs;
        this.sealers = sealers;
        this.ends = ends;
    }

    Uni<Void> write(Mutiny.Session session, Situation situation, Plan plan) {
        Situation.Life life = situation.life();
        Uni<Void> written = life.gone() ? Uni.createFrom().voidItem() : life(session, life, plan);
        for (Plan.Target target : plan.stacks()) {
            StackRef ref = new StackRef(life.tenantId(), life.incarnation(), target.name());
            written = written.chain(() -> stack(session, ref, target, plan.observed()));
        }
        return written.chain(
                () -> ends.write(session, life.tenantId(), life.incarnation(), plan.ends()));
    }

    private static Uni<Void> life(Mutiny.Session session, Situation.Life life, Plan plan) {
        return session.createNativeQuery(
                        """
                        update life set observed_generation = :observed, attempted_generation = :attempted,
                            waiting_since = case
                                when cast(:code as text) is null then null
                                when waiting_code = cast(:code as text) then waiting_since
                                else clock_timestamp() end,
                            alarmed_at = case when waiting_code = cast(:code as text) then alarmed_at end,
                            waiting_code = cast(:code as text), waiting_reason = cast(:reason as text),
                            gone_at = case when :gone then clock_timestamp() end
                        where tenant_id = :tenant and incarnation = :incarnation
                          and (observed_generation <> :observed or attempted_generation <> :attempted
                            or waiting_code is distinct from cast(:code as text) or :gone)
                        """)
                .setParameter("observed", plan.observed())
                .setParameter("attempted", plan.attempted())
                .setParameter("code", plan.waitingCode())
                .setParameter("reason", plan.waitingReason())
                .setParameter("gone", plan.gone())
                .setParameter("tenant", life.tenantId())
                .setParameter("incarnation", life.incarnation())
                .executeUpdate()
                .replaceWithVoid();
    }

    private Uni<Void> stack(
            Mutiny.Session session, StackRef ref, Plan.Target target, long observed) {
        Uni<Void> written =
                target.isNew() ? insert(session, ref, target) : update(session, ref, target);
        if (target.moved()) {
            written = written.chain(() -> revision(session, ref, target));
        }
        if (target.withdraw()) {
            OutputsWithdrawn.Reason reason =
                    target.retained()
                            ? OutputsWithdrawn.Reason.RETAINED
                            : OutputsWithdrawn.Reason.DESTROYING;
            written =
                    written.chain(
                            () -> outputs.withdraw(session, ref, reason, target.generation()));
        }
        if (target.retained() && target.destroyed()) {
            written = written.chain(() -> outputs.tombstone(session, ref));
        }
        if (target.observedNow()) {
            written =
                    written.chain(
                            () -> outputs.republish(session, ref, target.generation(), observed));
        }
        return written;
    }

    private Uni<Void> insert(Mutiny.Session session, StackRef ref, Plan.Target target) {
        return bound(
                        session.createNativeQuery(
                                """
                                insert into stack (tenant_id, incarnation, stack, wanted, revision, input_hash,
                                    generation, blueprint_name, blueprint_version, applied_generation, destroyed,
                                    due, due_since, waiting_code, waiting_reason, changed_at)
                                values (:tenant, :incarnation, :stack, :wanted, :revision, :hash, :generation,
                                    :blueprint, :version, :applied, :destroyed, :due,
                                    case when :due then clock_timestamp() end,
                                    cast(:code as text), cast(:reason as text), clock_timestamp())
                                """),
                        ref,
                        target)
                .executeUpdate()
                .chain(() -> states.seed(session, ref))
                .chain(version ->
                        named(
                                        session.createNativeQuery(
                                                "update stack set state_version = :version"
                                                        + OF_STACK),
                                        ref)
                                .setParameter("version", version)
                                .executeUpdate())
                .replaceWithVoid();
    }

    private static Uni<Void> update(Mutiny.Session session, StackRef ref, Plan.Target target) {
        return bound(
                        session.createNativeQuery(
                                """
                                update stack set wanted = :wanted, revision = :revision, input_hash = :hash,
                                    generation = :generation, blueprint_name = :blueprint,
                                    blueprint_version = :version, applied_generation = :applied,
                                    destroyed = :destroyed,
                                    due_since = case when not :due then null
                                        when due then due_since else clock_timestamp() end,
                                    due = :due, waiting_code = cast(:code as text),
                                    waiting_reason = cast(:reason as text), changed_at = clock_timestamp()
                                """
                                        + (target.moved()
                                                ? """
                                                , attempts = 0, not_before = null, failed_revision = 0,
                                                failed_code = null, failed_message = null
                                                """
                                                : "")
                                        + OF_STACK),
                        ref,
                        target)
                .executeUpdate()
                .replaceWithVoid();
    }

    private static Mutiny.MutationQuery bound(
            Mutiny.MutationQuery query, StackRef ref, Plan.Target target) {
        return named(query, ref)
                .setParameter("wanted", target.wanted())
                .setParameter("revision", target.revision())
                .setParameter("hash", target.inputHash())
                .setParameter("generation", target.generation())
                .setParameter("blueprint", target.blueprint().name())
                .setParameter("version", target.blueprint().version())
                .setParameter("applied", target.appliedGeneration())
                .setParameter("destroyed", target.destroyed())
                .setParameter("due", target.due())
                .setParameter("code", target.waitingCode())
                .setParameter("reason", target.waitingReason());
    }

    private static Mutiny.MutationQuery named(Mutiny.MutationQuery query, StackRef ref) {
        return query.setParameter("tenant", ref.tenantId())
                .setParameter("incarnation", ref.incarnation())
                .setParameter("stack", ref.stack());
    }

    private Uni<Void> revision(Mutiny.Session session, StackRef ref, Plan.Target target) {
        Plan.Content content = target.content();
        return content == null
                ? destroyRevision(session, ref, target)
                : revision(session, ref, target, content);
    }

    /**
     * A destroy uses what was applied; where nothing was, what was tried last is the best known.
     */
    private static Uni<Void> destroyRevision(
            Mutiny.Session session, StackRef ref, Plan.Target target) {
        return named(
                        session.createNativeQuery(
                                """
                                insert into stack_revision (tenant_id, incarnation, stack, revision, wanted,
                                    input_hash, generation, module_digest, inputs, endpoints, outputs_allowed,
                                    policy, timeout_millis, created_at)
                                select tenant_id, incarnation, stack, :revision, false, '', :generation,
                                    module_digest, inputs, endpoints, outputs_allowed, policy, timeout_millis,
                                    clock_timestamp()
                                from stack_revision
                                """
                                        + OF_STACK
                                        + " order by revision desc limit 1"),
                        ref)
                .setParameter("revision", target.revision())
                .setParameter("generation", target.generation())
                .executeUpdate()
                .replaceWithVoid();
    }

    private Uni<Void> revision(
            Mutiny.Session session, StackRef ref, Plan.Target target, Plan.Content content) {
        return sealers.of(session, KeyOwner.of(ref))
                .map(sealer ->
                        sealer.seal(EventJson.write(content.inputs()), "inputs:" + ref.key()))
                .chain(inputs -> revision(session, ref, target, content, inputs));
    }

    private static Uni<Void> revision(
            Mutiny.Session session,
            StackRef ref,
            Plan.Target target,
            Plan.Content content,
            byte[] inputs) {
        return named(
                        session.createNativeQuery(
                                """
                                insert into stack_revision (tenant_id, incarnation, stack, revision, wanted,
                                    input_hash, generation, module_digest, inputs, endpoints, outputs_allowed,
                                    policy, timeout_millis, created_at)
                                values (:tenant, :incarnation, :stack, :revision, true, :hash, :generation,
                                    :module, :inputs, cast(cast(:endpoints as text) as jsonb), cast(cast(:outputs as text) as jsonb),
                                    cast(cast(:policy as text) as jsonb), :timeout, clock_timestamp())
                                """),
                        ref)
                .setParameter("revision", target.revision())
                .setParameter("hash", target.inputHash())
                .setParameter("generation", target.generation())
                .setParameter("module", content.moduleDigest())
                .setParameter("inputs", inputs)
                .setParameter("endpoints", text(content.endpoints()))
                .setParameter("outputs", text(content.outputs()))
                .setParameter("policy", text(content.policy()))
                .setParameter("timeout", content.timeout().toMillis())
                .executeUpdate()
                .replaceWithVoid();
    }

    private static String text(Object value) {
        return new String(EventJson.write(value), StandardCharsets.UTF_8);
    }
}
