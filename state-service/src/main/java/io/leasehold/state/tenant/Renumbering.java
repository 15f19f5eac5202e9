package io.leasehold.state.tenant;

import io.leasehold.ledger.api.Repair;
import io.leasehold.ledger.api.RepairReply;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.stack.StackPlanner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The operator's repair of one bad number: what is wanted of a life stays, and is another
 * generation. What was refused for it stays refused. In the caller's transaction.
 */
@ApplicationScoped
class Renumbering {
    private static final long LARGEST = (1L << 53) - 1;

    /** Whatever bears the old number, or one above the new, bears the new one from now on. */
    private static final String RENUMBER =
            """
            with forgotten as (
                delete from life_generation
                where tenant_id = :tenant and incarnation = :incarnation and generation > :to
            ), remembered as (
                insert into life_generation (tenant_id, incarnation, generation, spec_hash)
                select tenant_id, incarnation, :to, spec_hash from life
                where tenant_id = :tenant and incarnation = :incarnation
                on conflict (tenant_id, incarnation, generation) do update set spec_hash = excluded.spec_hash
            ), stacks as (
                update stack set applied_generation = least(applied_generation, :to),
                    generation = case when generation = :from or generation > :to then :to else generation end
                where tenant_id = :tenant and incarnation = :incarnation
            ), runs as (
                update run set generation = :to
                where tenant_id = :tenant and incarnation = :incarnation and phase <> 'FINISHED'
                  and (generation = :from or generation > :to)
            ), applied as (
                update stack_applied set generation = least(generation, :to),
                    outputs_generation = least(outputs_generation, :to)
                where tenant_id = :tenant and incarnation = :incarnation
            ), events as (
                update tenant_event set generation = :to,
                    reason = concat('was generation ', generation, ' until an operator set it')
                where tenant_id = :tenant and incarnation = :incarnation
                  and disposition in ('PENDING', 'FAILED') and (generation = :from or generation > :to)
            ), waiting as (
                update life_waiting_record set generation = :to
                where tenant_id = :tenant and incarnation = :incarnation and generation = :from
            ), letters as (
                update dead_letter set generation = :to
                where tenant_id = :tenant and incarnation = :incarnation and kind = 'RUN' and status = 'OPEN'
                  and (generation = :from or generation > :to)
            )
            update life set generation = :to, observed_generation = least(observed_generation, :to),
                attempted_generation = least(attempted_generation, :to)
            where tenant_id = :tenant and incarnation = :incarnation
            """;

    private final Lives lives;
    private final StackPlanner planner;
    private final Audit audit;

    Renumbering(Lives lives, StackPlanner planner, Audit audit) {
        this.lives = lives;
        this.planner = planner;
        this.audit = audit;
    }

    Uni<RepairReply> set(
            Mutiny.Session session, String actor, String tenantId, Repair.SetGeneration repair) {
        if (repair.generation() < 0 || repair.generation() > LARGEST) {
            throw new Refusal(
                    400, "GENERATION_INVALID", "A generation is an integer from 0 to " + LARGEST);
        }
        return lives.lock(session, tenantId)
                .chain(() -> lives.known(session, Map.of(tenantId, 0L)))
                .map(known -> life(tenantId, known.getOrDefault(tenantId, List.of()), repair))
                .chain(life -> {
                    String what =
                            "%s/%d is wanted at generation %d: from now on what is wanted is %d, and"
                                            .formatted(
                                                    tenantId,
                                                    life.incarnation(),
                                                    life.generation(),
                                                    repair.generation())
                                    + " the next event must be higher. What is wanted stays as it"
                                    + " is, and what was read before stays as it was judged.";
                    if (life.generation() == repair.generation()) {
                        return said(
                                false,
                                "%s/%d is wanted at generation %d already."
                                        .formatted(
                                                tenantId, life.incarnation(), life.generation()));
                    }
                    return repair.execute()
                            ? renumber(session, actor, tenantId, life, repair)
                                    .chain(() -> said(true, what))
                            : said(false, what);
                });
    }

    private static KnownLife life(
            String tenantId, List<KnownLife> known, Repair.SetGeneration repair) {
        Integer incarnation = repair.incarnation();
        return known.stream()
                .filter(life -> incarnation == null || life.incarnation() == incarnation)
                .max(Comparator.comparingInt(KnownLife::incarnation))
                .orElseThrow(() ->
                        new Refusal(
                                404,
                                "LIFE_UNKNOWN",
                                "There is no such life of a tenant " + tenantId + "."));
    }

    private Uni<Void> renumber(
            Mutiny.Session session,
            String actor,
            String tenantId,
            KnownLife life,
            Repair.SetGeneration repair) {
        return session.createNativeQuery(RENUMBER)
                .setParameter("tenant", tenantId)
                .setParameter("incarnation", life.incarnation())
                .setParameter("from", life.generation())
                .setParameter("to", repair.generation())
                .executeUpdate()
                .chain(() ->
                        audit.record(
                                session,
                                actor,
                                "set-generation",
                                "%s/%d from %d to %d"
                                        .formatted(
                                                tenantId,
                                                life.incarnation(),
                                                life.generation(),
                                                repair.generation()),
                                repair.reason()))
                .chain(() -> planner.replan(session, tenantId, life.incarnation()));
    }

    private static Uni<RepairReply> said(boolean executed, String what) {
        return Uni.createFrom().item(new RepairReply(executed, what));
    }
}
