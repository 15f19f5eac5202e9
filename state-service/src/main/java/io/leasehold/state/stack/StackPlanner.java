package io.leasehold.state.stack;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.blueprint.Blueprint;
import io.leasehold.state.blueprint.BlueprintKey;
import io.leasehold.state.blueprint.Blueprints;
import io.leasehold.state.tfstate.States;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Recomputes what each stack of a life should be and writes what changed. Safe to call at any time
 * and as often as one likes: with nothing new it changes nothing. Whoever calls it wakes the claims
 * and the outbox after the commit.
 */
@ApplicationScoped
public class StackPlanner {
    private final Rows rows;
    private final Blueprints blueprints;
    private final States states;
    private final PlanWriter writer;
    private final PlanDecider decider = new PlanDecider();

    /** Reads through these, writes through that. */
    StackPlanner(Rows rows, Blueprints blueprints, States states, PlanWriter writer) {
        this.rows = rows;
        this.blueprints = blueprints;
        this.states = states;
        this.writer = writer;
    }

    /**
     * Plans one life again within the caller's transaction. Takes the life's row lock first and its
     * stacks' in name order; a caller that holds a stack's lock must hold the life's already. When
     * the life is gone by it, the tenant's next life is planned too.
     */
    public Uni<Void> replan(Mutiny.Session session, String tenantId, int incarnation) {
        return replan(session, List.of(new LifeRef(tenantId, incarnation)));
    }

    /**
     * Plans these lives again, all with the same few statements. Takes their row locks in the order
     * of {@link LifeRef#LOCK_ORDER}, then those of their stacks.
     */
    public Uni<Void> replan(Mutiny.Session session, List<LifeRef> lives) {
        return rows.lives(session, lives)
                .chain(found ->
                        found.isEmpty()
                                ? Uni.createFrom().voidItem()
                                : replanLocked(session, found));
    }

    private Uni<Void> replanLocked(Mutiny.Session session, List<Rows.LifeRow> lives) {
        return situations(session, lives)
                .map(situations ->
                        situations.stream()
                                .map(each -> new Planned(each, decider.decide(each)))
                                .toList())
                .chain(planned ->
                        writer.write(session, planned).chain(() -> wakeNext(session, planned)));
    }

    private Uni<Void> wakeNext(Mutiny.Session session, List<Planned> planned) {
        Uni<Void> woken = Uni.createFrom().voidItem();
        for (Planned each : planned) {
            if (each.plan().gone() && !each.life().gone()) {
                woken = woken.chain(() -> wakeNext(session, each.life()));
            }
        }
        return woken;
    }

    private Uni<Void> wakeNext(Mutiny.Session session, Situation.Life life) {
        return rows.nextLife(session, life.tenantId(), life.incarnation())
                .chain(next ->
                        next.isEmpty()
                                ? Uni.createFrom().voidItem()
                                : replan(session, life.tenantId(), next.get()));
    }

    private Uni<List<Situation>> situations(Mutiny.Session session, List<Rows.LifeRow> lives) {
        List<LifeRef> refs = lives.stream().map(Rows.LifeRow::ref).toList();
        return rows.stacks(session, refs)
                .chain(stacks ->
                        rows.events(session, refs)
                                .chain(events -> situations(session, lives, stacks, events)));
    }

    private Uni<List<Situation>> situations(
            Mutiny.Session session,
            List<Rows.LifeRow> lives,
            Map<LifeRef, List<Situation.Stack>> stacks,
            Map<LifeRef, List<Situation.OpenEvent>> events) {
        return Multi.createFrom()
                .iterable(lives)
                .onItem()
                .transformToUniAndConcatenate(life ->
                        complete(
                                session,
                                life,
                                stacks.getOrDefault(life.ref(), List.of()),
                                events.getOrDefault(life.ref(), List.of())))
                .collect()
                .asList();
    }

    private Uni<Situation> complete(
            Mutiny.Session session,
            Rows.LifeRow row,
            List<Situation.Stack> stacks,
            List<Situation.OpenEvent> events) {
        Set<BlueprintKey> keys = new LinkedHashSet<>();
        BlueprintKey wanted = row.blueprint();
        if (wanted != null) {
            keys.add(wanted);
        }
        stacks.forEach(stack -> keys.add(stack.blueprint()));
        return found(session, keys)
                .chain(known -> {
                    Blueprint blueprint = wanted == null ? null : known.get(wanted);
                    return outputs(session, row.life(), blueprint, stacks)
                            .chain(outputs ->
                                    orphaned(session, row.life(), blueprint, stacks)
                                            .map(orphaned ->
                                                    new Situation(
                                                            row.life(),
                                                            blueprint,
                                                            known,
                                                            stacks,
                                                            outputs,
                                                            events,
                                                            orphaned)));
                });
    }

    /** Only a destroy waits for an orphan, and so most plans need not ask. */
    private Uni<Set<String>> orphaned(
            Mutiny.Session session,
            Situation.Life life,
            @Nullable Blueprint blueprint,
            List<Situation.Stack> stacks) {
        boolean deleted = life.lifecycle() == Situation.Lifecycle.DELETED;
        boolean leaving =
                stacks.stream()
                        .filter(stack -> !stack.destroyed())
                        .anyMatch(stack ->
                                deleted
                                        || blueprint == null
                                        || !blueprint.stacks().containsKey(stack.name()));
        return leaving
                ? states.withOpenOrphans(session, life.tenantId(), life.incarnation())
                        .map(Set::copyOf)
                : Uni.createFrom().item(Set.of());
    }

    private Uni<Map<BlueprintKey, Blueprint>> found(
            Mutiny.Session session, Set<BlueprintKey> keys) {
        Map<BlueprintKey, Blueprint> known = new HashMap<>();
        Uni<Void> all = Uni.createFrom().voidItem();
        for (BlueprintKey key : keys) {
            all =
                    all.chain(() -> blueprints.find(session, key))
                            .invoke(found -> found.ifPresent(it -> known.put(key, it)))
                            .replaceWithVoid();
        }
        return all.replaceWith(known);
    }

    /**
     * Only what others are computed from is read: states are large, and most stacks stand alone.
     */
    private Uni<Map<String, Map<String, JsonNode>>> outputs(
            Mutiny.Session session,
            Situation.Life life,
            @Nullable Blueprint blueprint,
            List<Situation.Stack> stacks) {
        Map<String, Map<String, JsonNode>> outputs = new HashMap<>();
        if (blueprint == null || life.lifecycle() == Situation.Lifecycle.DELETED) {
            return Uni.createFrom().item(outputs);
        }
        Set<String> used = new TreeSet<>();
        blueprint
                .stacks()
                .values()
                .forEach(template -> template.outputUses().forEach(use -> used.add(use.stack())));
        Uni<Void> all = Uni.createFrom().voidItem();
        for (Situation.Stack stack : stacks) {
            if (used.contains(stack.name())
                    && stack.appliedRevision() > 0
                    && stack.appliedRevision() == stack.revision()
                    && !stack.destroyed()) {
                StackRef ref = new StackRef(life.tenantId(), life.incarnation(), stack.name());
                all =
                        all.chain(() -> states.outputs(session, ref))
                                .invoke(found -> {
                                    Map<String, JsonNode> values = new HashMap<>();
                                    found.forEach(
                                            (name, output) -> values.put(name, output.value()));
                                    outputs.put(stack.name(), values);
                                })
                                .replaceWithVoid();
            }
        }
        return all.replaceWith(outputs);
    }
}
