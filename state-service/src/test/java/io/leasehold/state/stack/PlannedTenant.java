package io.leasehold.state.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.state.blueprint.Blueprint;
import io.leasehold.state.blueprint.BlueprintKey;
import io.leasehold.state.blueprint.BlueprintReader;
import io.leasehold.state.stack.Situation.Lifecycle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One life as the ledger would keep it, in memory: events move what is wanted, runs end by hand,
 * and every step is planned by the real decider.
 */
final class PlannedTenant {
    private final PlanDecider decider = new PlanDecider();
    private final BlueprintReader reader = new BlueprintReader();
    private final Map<BlueprintKey, Blueprint> registered = new LinkedHashMap<>();
    private final Map<String, Situation.Stack> stacks = new TreeMap<>();
    private final Map<String, Map<String, JsonNode>> outputs = new LinkedHashMap<>();
    private final List<Long> generationOfEvent = new ArrayList<>();
    final List<Disposition> events = new ArrayList<>();
    final List<String> published = new ArrayList<>();
    int runs;

    private long generation;
    private long observed;
    private long attempted;
    private Lifecycle lifecycle = Lifecycle.ACTIVE;
    private @Nullable ObjectNode spec;
    private @Nullable BlueprintKey blueprint;
    private JsonNode deletePolicy = MissingNode.getInstance();
    final Set<String> orphaned = new TreeSet<>();
    boolean previousAlive;
    boolean gone;
    @Nullable String waiting;

    /** Registers a version of the blueprint; more than one place may be changed. */
    void register(String version, String document) {
        Blueprint read =
                reader.read(
                        reader.parse(document.formatted(version)), Map.of("a", "da", "b", "db"));
        registered.put(read.key(), read);
        plan();
    }

    void wants(long newGeneration, String version, int size) {
        wants(newGeneration, version, size, Lifecycle.ACTIVE);
    }

    void wants(long newGeneration, String version, int size, Lifecycle wanted) {
        ObjectNode said = JsonNodeFactory.instance.objectNode();
        said.putObject("variables").put("size", size);
        spec = said;
        blueprint = new BlueprintKey("test", version);
        accept(newGeneration, wanted);
    }

    void deleted(long newGeneration) {
        accept(newGeneration, Lifecycle.DELETED);
    }

    void deletedKeeping(long newGeneration) {
        deletePolicy = JsonNodeFactory.instance.objectNode().put("deletion", "Retain");
        accept(newGeneration, Lifecycle.DELETED);
    }

    private void accept(long newGeneration, Lifecycle wanted) {
        generation = newGeneration;
        lifecycle = wanted;
        events.add(Disposition.PENDING);
        generationOfEvent.add(newGeneration);
        plan();
    }

    Situation.Stack stack(String name) {
        Situation.Stack stack = stacks.get(name);
        if (stack == null) {
            throw new AssertionError("no stack " + name);
        }
        return stack;
    }

    boolean has(String name) {
        return stacks.containsKey(name);
    }

    /** The stacks that a worker could take, in name order. */
    List<String> due() {
        return stacks.values().stream()
                .filter(stack -> stack.due() && !stack.leased())
                .map(Situation.Stack::name)
                .toList();
    }

    long observed() {
        return observed;
    }

    /** A worker takes a due stack. */
    Run claims(String name) {
        Situation.Stack stack = stack(name);
        if (!stack.due() || stack.leased()) {
            throw new AssertionError(name + " is not due");
        }
        runs++;
        put(leased(stack, stack.generation(), stack.wanted()));
        return new Run(name, stack.revision(), stack.generation(), stack.wanted());
    }

    /** A run at work. */
    record Run(String stack, long revision, long generation, boolean apply) {}

    void succeeds(Run run, String host) {
        Situation.Stack s = stack(run.stack());
        if (run.apply()) {
            outputs.put(run.stack(), Map.of("host", TextNode.valueOf(host)));
        }
        boolean newest = s.revision() == run.revision();
        put(
                new Situation.Stack(
                        s.name(),
                        s.wanted(),
                        s.revision(),
                        s.inputHash(),
                        s.generation(),
                        s.blueprint(),
                        run.revision(),
                        newest ? s.generation() : run.generation(),
                        !run.apply() && !s.wanted(),
                        true,
                        !newest,
                        s.waitingCode(),
                        s.waitingReason(),
                        s.holdCode(),
                        0,
                        null,
                        null,
                        false,
                        0,
                        run.apply()));
        plan();
    }

    void failsForGood(Run run) {
        Situation.Stack s = stack(run.stack());
        boolean newest = s.revision() == run.revision();
        put(
                new Situation.Stack(
                        s.name(),
                        s.wanted(),
                        s.revision(),
                        s.inputHash(),
                        s.generation(),
                        s.blueprint(),
                        s.appliedRevision(),
                        s.appliedGeneration(),
                        s.destroyed(),
                        true,
                        false,
                        s.waitingCode(),
                        s.waitingReason(),
                        s.holdCode(),
                        newest ? run.revision() : s.failedRevision(),
                        "AUTHZ",
                        "no",
                        false,
                        0,
                        s.outputsOut()));
        plan();
    }

    void dropped(Run run) {
        Situation.Stack s = stack(run.stack());
        put(
                new Situation.Stack(
                        s.name(),
                        s.wanted(),
                        s.revision(),
                        s.inputHash(),
                        s.generation(),
                        s.blueprint(),
                        s.appliedRevision(),
                        s.appliedGeneration(),
                        s.destroyed(),
                        s.applyStarted(),
                        s.due(),
                        s.waitingCode(),
                        s.waitingReason(),
                        s.holdCode(),
                        s.failedRevision(),
                        s.failedCode(),
                        s.failedMessage(),
                        false,
                        0,
                        s.outputsOut()));
        plan();
    }

    /** What a replay of a failed run does. */
    void retried(String name) {
        Situation.Stack s = stack(name);
        put(
                new Situation.Stack(
                        s.name(),
                        s.wanted(),
                        s.revision(),
                        s.inputHash(),
                        s.generation(),
                        s.blueprint(),
                        s.appliedRevision(),
                        s.appliedGeneration(),
                        s.destroyed(),
                        s.applyStarted(),
                        true,
                        s.waitingCode(),
                        s.waitingReason(),
                        s.holdCode(),
                        0,
                        null,
                        null,
                        false,
                        0,
                        s.outputsOut()));
        plan();
    }

    /** An operator puts a hold on it. */
    void holds(String name) {
        Situation.Stack s = stack(name);
        put(
                new Situation.Stack(
                        s.name(),
                        s.wanted(),
                        s.revision(),
                        s.inputHash(),
                        s.generation(),
                        s.blueprint(),
                        s.appliedRevision(),
                        s.appliedGeneration(),
                        s.destroyed(),
                        s.applyStarted(),
                        s.due(),
                        s.waitingCode(),
                        s.waitingReason(),
                        "HELD",
                        s.failedRevision(),
                        s.failedCode(),
                        s.failedMessage(),
                        s.leased(),
                        s.runGeneration(),
                        s.outputsOut()));
        plan();
    }

    private static Situation.Stack leased(Situation.Stack s, long runGeneration, boolean apply) {
        return new Situation.Stack(
                s.name(),
                s.wanted(),
                s.revision(),
                s.inputHash(),
                s.generation(),
                s.blueprint(),
                s.appliedRevision(),
                s.appliedGeneration(),
                s.destroyed(),
                s.applyStarted() || apply,
                s.due(),
                s.waitingCode(),
                s.waitingReason(),
                s.holdCode(),
                s.failedRevision(),
                s.failedCode(),
                s.failedMessage(),
                true,
                runGeneration,
                s.outputsOut());
    }

    /** Runs whatever is due until nothing is. */
    void settles() {
        for (int i = 0; i < 100 && !due().isEmpty(); i++) {
            Run run = claims(due().getFirst());
            succeeds(run, "host-of-" + run.stack());
        }
    }

    void plan() {
        Plan plan = decider.decide(situation());
        observed = plan.observed();
        attempted = plan.attempted();
        gone = plan.gone();
        waiting = plan.waitingCode();
        for (Plan.Target target : plan.stacks()) {
            write(target);
        }
        for (Plan.End end : plan.ends()) {
            events.set((int) end.id(), end.disposition());
        }
    }

    /** What a second planning would still change: nothing, if planning is level-triggered. */
    Plan again() {
        return decider.decide(situation());
    }

    private Situation situation() {
        List<Situation.OpenEvent> open = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            Disposition disposition = events.get(i);
            if (disposition == Disposition.PENDING || disposition == Disposition.FAILED) {
                open.add(
                        new Situation.OpenEvent(
                                i, generationOfEvent.get(i), disposition == Disposition.FAILED));
            }
        }
        return new Situation(
                new Situation.Life(
                        "acme",
                        1,
                        generation,
                        observed,
                        attempted,
                        lifecycle,
                        spec,
                        deletePolicy,
                        previousAlive,
                        gone),
                blueprint == null ? null : registered.get(blueprint),
                registered,
                List.copyOf(stacks.values()),
                applied(),
                open,
                orphaned);
    }

    private Map<String, Map<String, JsonNode>> applied() {
        Map<String, Map<String, JsonNode>> applied = new LinkedHashMap<>(outputs);
        applied.keySet()
                .removeIf(name ->
                        stack(name).appliedRevision() != stack(name).revision()
                                || stack(name).destroyed());
        return applied;
    }

    private void write(Plan.Target t) {
        Situation.Stack s = stacks.get(t.name());
        boolean out = s != null && s.outputsOut() && !t.withdraw();
        if (t.withdraw()) {
            published.add("withdrawn " + t.name());
        }
        if (t.observedNow()) {
            published.add("outputs " + t.name() + " at " + t.generation());
        }
        put(
                new Situation.Stack(
                        t.name(),
                        t.wanted(),
                        t.revision(),
                        t.inputHash(),
                        t.generation(),
                        t.blueprint(),
                        s == null ? 0 : s.appliedRevision(),
                        t.appliedGeneration(),
                        t.destroyed(),
                        s != null && s.applyStarted(),
                        t.due(),
                        t.waitingCode(),
                        t.waitingReason(),
                        s == null ? null : s.holdCode(),
                        s == null || t.moved() ? 0 : s.failedRevision(),
                        s == null || t.moved() ? null : s.failedCode(),
                        s == null || t.moved() ? null : s.failedMessage(),
                        s != null && s.leased(),
                        s == null ? 0 : s.runGeneration(),
                        out));
    }

    private void put(Situation.Stack stack) {
        stacks.put(stack.name(), stack);
    }

    /** What the world would see of it at rest. */
    String atRest() {
        StringBuilder seen = new StringBuilder();
        seen.append(lifecycle).append(' ').append(observed).append(' ').append(gone);
        stacks.values()
                .forEach(stack ->
                        seen.append(' ')
                                .append(stack.name())
                                .append(stack.destroyed() ? " gone" : stack.inputHash()));
        return seen.toString();
    }
}
