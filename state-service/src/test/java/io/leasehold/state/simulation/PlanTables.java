package io.leasehold.state.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.blueprint.Blueprint;
import io.leasehold.state.blueprint.BlueprintKey;
import io.leasehold.state.simulation.Tables.Life;
import io.leasehold.state.simulation.Tables.LifeId;
import io.leasehold.state.simulation.Tables.Stack;
import io.leasehold.state.simulation.Tables.State;
import io.leasehold.state.stack.Plan;
import io.leasehold.state.stack.PlanDecider;
import io.leasehold.state.stack.Situation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code StackPlanner} reads and {@code PlanWriter} writes, on tables. */
final class PlanTables {
    private final PlanDecider decider = new PlanDecider();
    private final OutputTables outputs;

    PlanTables(OutputTables outputs) {
        this.outputs = outputs;
    }

    void replan(Tables tables, LifeId id) {
        Life life = tables.lives.get(id);
        if (life == null) {
            return;
        }
        boolean before = life.gone;
        Plan plan = decide(tables, life);
        write(tables, life, plan);
        if (plan.gone() && !before) {
            tables.livesOf(id.tenantId()).stream()
                    .filter(next -> next.id.incarnation() > id.incarnation() && !next.gone)
                    .findFirst()
                    .ifPresent(next -> replan(tables, next.id));
        }
    }

    /** The plan of a life as it stands: with nothing new, nothing. */
    Plan decide(Tables tables, Life life) {
        Map<BlueprintKey, Blueprint> known = new HashMap<>();
        tables.blueprints.forEach(key -> known.put(key, KnownBlueprints.of(key)));
        BlueprintKey wanted = life.blueprint;
        return decider.decide(
                new Situation(
                        life(tables, life),
                        wanted == null ? null : known.get(wanted),
                        known,
                        tables.stacksOf(life.id).stream().map(stack -> row(tables, stack)).toList(),
                        outputs(tables, life),
                        open(tables, life),
                        orphaned(tables, life)));
    }

    /** The stacks with a state that came from a run without the right to write. */
    private static Set<String> orphaned(Tables tables, Life life) {
        return tables.stacksOf(life.id).stream()
                .filter(stack ->
                        stack.states.stream().anyMatch(state -> state.kind().equals("ORPHAN")))
                .map(stack -> stack.ref.stack())
                .collect(Collectors.toSet());
    }

    private static Situation.Life life(Tables tables, Life life) {
        boolean previousAlive =
                tables.livesOf(life.id.tenantId()).stream()
                        .anyMatch(other ->
                                other.id.incarnation() < life.id.incarnation() && !other.gone);
        return new Situation.Life(
                life.id.tenantId(),
                life.id.incarnation(),
                life.generation,
                life.observed,
                life.attempted,
                life.lifecycle,
                life.spec,
                life.deletePolicy,
                previousAlive,
                life.gone);
    }

    private static Situation.Stack row(Tables tables, Stack s) {
        String run = s.leaseRun;
        return new Situation.Stack(
                s.ref.stack(),
                s.wanted,
                s.revision,
                s.inputHash,
                s.generation,
                s.blueprint,
                s.appliedRevision,
                s.appliedGeneration,
                s.destroyed,
                s.applyStarted,
                s.due,
                s.waitingCode,
                s.waitingReason,
                null,
                s.failedRevision,
                s.failedCode,
                s.failedCode,
                run != null,
                run == null ? 0 : tables.run(run).generation(),
                s.outHash != null);
    }

    private static Map<String, Map<String, JsonNode>> outputs(Tables tables, Life life) {
        Map<String, Map<String, JsonNode>> outputs = new HashMap<>();
        for (Stack stack : tables.stacksOf(life.id)) {
            String host = stack.head().host();
            if (stack.appliedRevision > 0
                    && stack.appliedRevision == stack.revision
                    && !stack.destroyed) {
                outputs.put(
                        stack.ref.stack(),
                        host == null ? Map.of() : Map.of("host", TextNode.valueOf(host)));
            }
        }
        return outputs;
    }

    private static List<Situation.OpenEvent> open(Tables tables, Life life) {
        List<Situation.OpenEvent> open = new ArrayList<>();
        for (Tables.Event event : tables.events) {
            Long generation = event.generation();
            boolean failed = event.disposition() == Disposition.FAILED;
            if (event.life().equals(life.id)
                    && generation != null
                    && (failed || event.disposition() == Disposition.PENDING)) {
                open.add(new Situation.OpenEvent(event.id(), generation, failed));
            }
        }
        return open;
    }

    private void write(Tables tables, Life life, Plan plan) {
        life.observed = plan.observed();
        life.attempted = plan.attempted();
        life.waiting = plan.waitingCode();
        life.gone = plan.gone();
        for (Plan.Target target : plan.stacks()) {
            write(tables, life, target);
        }
        for (Plan.End end : plan.ends()) {
            tables.events.replaceAll(
                    event -> event.id() == end.id() ? event.as(end.disposition()) : event);
        }
    }

    private void write(Tables tables, Life life, Plan.Target target) {
        StackRef ref = new StackRef(life.id.tenantId(), life.id.incarnation(), target.name());
        Stack stack = tables.stacks.computeIfAbsent(ref, _ -> planted(ref, target));
        stack.dueSince = !target.due() ? 0 : stack.due ? stack.dueSince : tables.next();
        stack.wanted = target.wanted();
        stack.revision = target.revision();
        stack.inputHash = target.inputHash();
        stack.generation = target.generation();
        stack.blueprint = target.blueprint();
        stack.appliedGeneration = target.appliedGeneration();
        stack.destroyed = target.destroyed();
        stack.due = target.due();
        stack.waitingCode = target.waitingCode();
        stack.waitingReason = target.waitingReason();
        if (target.moved()) {
            moved(stack, target);
        }
        if (target.withdraw()) {
            outputs.withdraw(tables, stack, target.generation());
        }
        if (target.retained() && target.destroyed()) {
            outputs.tombstone(tables, stack);
        }
        if (target.observedNow()) {
            outputs.republish(tables, stack, target.generation());
        }
    }

    private static Stack planted(StackRef ref, Plan.Target target) {
        Stack stack = new Stack(ref, target.blueprint());
        stack.states = List.of(new State(1, "of-" + ref, 1, "seed", "SEED", null, null));
        return stack;
    }

    /** A destroy is made of what was tried last. */
    private static void moved(Stack stack, Plan.Target target) {
        stack.attempts = 0;
        stack.notBefore = 0;
        stack.failedRevision = 0;
        stack.failedCode = null;
        Plan.Content content = target.content();
        Plan.Content made = content == null ? stack.contents.get(target.revision() - 1) : content;
        if (made != null) {
            Map<Long, Plan.Content> contents = new HashMap<>(stack.contents);
            contents.put(target.revision(), made);
            stack.contents = Map.copyOf(contents);
        }
    }
}
