package io.leasehold.state.tenant;

import io.leasehold.ledger.api.Repair;
import io.leasehold.ledger.api.RepairReply;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.deadletter.DeadLetters;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.stack.EventEnds;
import io.leasehold.state.stack.LifeRef;
import io.leasehold.state.stack.StackPlanner;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The operator's way out when one life of a tenant waits for another: what stands in the way is let
 * go as it is, what should not have come is removed. In the caller's transaction.
 */
@ApplicationScoped
class Abandoning {
    private final Lives lives;
    private final WaitingRecords waiting;
    private final DeadLetters deadLetters;
    private final EventEnds ends;
    private final StackPlanner planner;
    private final Audit audit;

    Abandoning(
            Lives lives,
            WaitingRecords waiting,
            DeadLetters deadLetters,
            EventEnds ends,
            StackPlanner planner,
            Audit audit) {
        this.lives = lives;
        this.waiting = waiting;
        this.deadLetters = deadLetters;
        this.ends = ends;
        this.planner = planner;
        this.audit = audit;
    }

    private record Standing(int incarnation, boolean gone) {}

    Uni<RepairReply> abandon(
            Mutiny.Session session, String actor, String tenantId, Repair.Abandon repair) {
        LifeRef life = new LifeRef(tenantId, repair.incarnation());
        return lives.lock(session, tenantId)
                .chain(() -> standing(session, tenantId))
                .chain(all -> {
                    AbandonDecider.Verdict verdict = decide(all, life);
                    String what = what(verdict, life);
                    return repair.execute()
                            ? carryOut(session, verdict, life, all)
                                    .chain(() ->
                                            audit.record(
                                                    session,
                                                    actor,
                                                    "abandon-life",
                                                    tenantId + "/" + life.incarnation(),
                                                    repair.reason()))
                                    .replaceWith(new RepairReply(true, what))
                            : Uni.createFrom().item(new RepairReply(false, what));
                });
    }

    private static Uni<List<Standing>> standing(Mutiny.Session session, String tenantId) {
        return session.createNativeQuery(
                        """
                        select incarnation, gone_at is not null as gone from life
                        where tenant_id = :tenant order by incarnation
                        """,
                        Tuple.class)
                .setParameter("tenant", tenantId)
                .getResultList()
                .map(rows ->
                        rows.stream()
                                .map(row ->
                                        new Standing(
                                                row.get("incarnation", Integer.class),
                                                row.get("gone", Boolean.class)))
                                .toList());
    }

    private static AbandonDecider.Verdict decide(List<Standing> all, LifeRef life) {
        Standing own =
                all.stream()
                        .filter(one -> one.incarnation() == life.incarnation())
                        .findFirst()
                        .orElseThrow(() -> unknown(life));
        return AbandonDecider.decide(
                own.gone(),
                all.stream().anyMatch(one -> one.incarnation() < life.incarnation() && !one.gone()),
                all.stream()
                        .anyMatch(one -> one.incarnation() > life.incarnation() && !one.gone()));
    }

    private static String what(AbandonDecider.Verdict verdict, LifeRef life) {
        return switch (verdict) {
            case REMOVED ->
                    "Removes life %d of %s, which never began: its events end as superseded, and its"
                                    .formatted(life.incarnation(), life.tenantId())
                            + " number is free again.";
            case LET_GO ->
                    "Lets life %d of %s go as it stands: nothing is destroyed, its outputs are"
                                    .formatted(life.incarnation(), life.tenantId())
                            + " withdrawn, its states are kept, and the next life begins.";
            case NOTHING ->
                    throw new Refusal(
                            409,
                            "NOT_IN_THE_WAY",
                            "Life %d of %s waits for no other life, and none waits for it."
                                    .formatted(life.incarnation(), life.tenantId()));
        };
    }

    private Uni<Void> carryOut(
            Mutiny.Session session,
            AbandonDecider.Verdict verdict,
            LifeRef life,
            List<Standing> all) {
        return switch (verdict) {
            case REMOVED -> remove(session, life, all);
            case LET_GO -> letGo(session, life);
            case NOTHING -> Uni.createFrom().voidItem();
        };
    }

    private Uni<Void> letGo(Mutiny.Session session, LifeRef life) {
        return named(
                        session.createNativeQuery(
                                """
                                update life set lifecycle = 'deleted', generation = generation + 1,
                                    delete_policy = '{"deletion": "Retain"}', waiting_code = null,
                                    waiting_reason = null, waiting_since = null, alarmed_at = null
                                where tenant_id = :tenant and incarnation = :incarnation
                                """),
                        life)
                .executeUpdate()
                .chain(() -> waiting.drop(session, life.tenantId(), life.incarnation()))
                .chain(() -> deadLetters.closeSuperseded(session, List.of(life)))
                .chain(() -> planner.replan(session, life.tenantId(), life.incarnation()));
    }

    private Uni<Void> remove(Mutiny.Session session, LifeRef life, List<Standing> all) {
        return waiting.drop(session, life.tenantId(), life.incarnation())
                .chain(() ->
                        named(
                                        session.createNativeQuery(
                                                "delete from life_generation where tenant_id = :tenant"
                                                        + " and incarnation = :incarnation"),
                                        life)
                                .executeUpdate())
                .chain(() ->
                        named(
                                        session.createNativeQuery(
                                                "delete from life where tenant_id = :tenant"
                                                        + " and incarnation = :incarnation"),
                                        life)
                                .executeUpdate())
                .chain(() ->
                        ends.removed(
                                session,
                                life.tenantId(),
                                life.incarnation(),
                                "an operator abandoned this life before it began"))
                .chain(() ->
                        Multi.createFrom()
                                .iterable(all)
                                .filter(one -> one.incarnation() != life.incarnation())
                                .onItem()
                                .transformToUniAndConcatenate(one ->
                                        planner.replan(session, life.tenantId(), one.incarnation()))
                                .collect()
                                .asList())
                .replaceWithVoid();
    }

    private static Mutiny.MutationQuery named(Mutiny.MutationQuery query, LifeRef life) {
        return query.setParameter("tenant", life.tenantId())
                .setParameter("incarnation", life.incarnation());
    }

    private static Refusal unknown(LifeRef life) {
        return new Refusal(
                404,
                "LIFE_UNKNOWN",
                "There is no life %d of a tenant %s."
                        .formatted(life.incarnation(), life.tenantId()));
    }
}
