package io.leasehold.state.stack;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.tenant.SpecHash;
import io.leasehold.state.blueprint.Blueprint;
import io.leasehold.state.blueprint.Facts;
import io.leasehold.state.blueprint.InputResolver;
import io.leasehold.state.blueprint.Resolution;
import io.leasehold.state.blueprint.StackPolicy;
import io.leasehold.state.blueprint.Template;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides the stacks that a blueprint wants, dependencies first: a stack whose dependency is not
 * applied for this generation waits, since its inputs may still change. Pure; for one decision.
 */
final class Building {
    private final Situation situation;
    private final Situation.Life life;
    private final Blueprint blueprint;
    private final ObjectNode spec;
    private final InputResolver resolver;
    private final Map<String, Situation.Stack> rows = new LinkedHashMap<>();
    private final Map<String, TargetDraft> drafts = new LinkedHashMap<>();
    private final Set<String> settled = new TreeSet<>();
    private boolean skipped;

    Building(Situation situation, Blueprint blueprint, ObjectNode spec, InputResolver resolver) {
        this.situation = situation;
        this.life = situation.life();
        this.blueprint = blueprint;
        this.spec = spec;
        this.resolver = resolver;
        situation.stacks().forEach(row -> rows.put(row.name(), row));
    }

    Map<String, TargetDraft> decide() {
        for (Template template : inOrder()) {
            drafts.put(template.name(), decide(template));
        }
        return drafts;
    }

    /** Stacks that are what this generation wants. */
    Set<String> settled() {
        return settled;
    }

    boolean allSettled() {
        return settled.size() == drafts.size();
    }

    /** A policy left a stack as it was though the generation wants it otherwise. */
    boolean skipped() {
        return skipped;
    }

    /** The newest generation that every stack satisfies; 0 while one was never applied. */
    long observed() {
        return drafts.values().stream().mapToLong(draft -> draft.appliedGeneration).min().orElse(0);
    }

    private List<Template> inOrder() {
        Set<String> order = new LinkedHashSet<>();
        blueprint.stacks().keySet().forEach(name -> visit(name, order));
        List<Template> templates = new ArrayList<>();
        for (String name : order) {
            Template template = blueprint.stacks().get(name);
            if (template != null) {
                templates.add(template);
            }
        }
        return templates;
    }

    private void visit(String name, Set<String> order) {
        Template template = blueprint.stacks().get(name);
        if (template != null && !order.contains(name)) {
            template.dependencies().stream().sorted().forEach(before -> visit(before, order));
            order.add(name);
        }
    }

    private TargetDraft decide(Template template) {
        Situation.Stack row = rows.get(template.name());
        TargetDraft draft = new TargetDraft(template.name(), row, blueprint.key());
        StackPolicy policy = template.policyFor(spec);
        String blockedBy = blockedBy(template);
        if (blockedBy != null) {
            draft.waits(Waits.DEPENDENCY_NOT_READY, blockedBy);
            return draft;
        }
        Facts facts =
                new Facts(
                        Facts.tenantOf(
                                life.tenantId(), life.incarnation(), life.generation(), spec),
                        blueprint.variablesFor(spec, template.name()),
                        situation.outputs());
        switch (resolver.resolve(blueprint, template, facts)) {
            case Resolution.Waiting waiting -> {
                draft.waits(
                        Waits.DEPENDENCY_NOT_READY,
                        "waits for outputs of "
                                + String.join(", ", new TreeSet<>(waiting.stacks())));
            }
            case Resolution.Failed failed -> {
                draft.waits(Waits.INPUTS_UNRESOLVED, failed.reason());
            }
            case Resolution.Resolved resolved ->
                    revise(
                            draft,
                            row,
                            policy,
                            new Plan.Content(
                                    template.moduleDigest(),
                                    resolved.inputs(),
                                    template.endpoints(),
                                    template.outputs(),
                                    policy.json(),
                                    template.timeout()));
        }
        return draft;
    }

    private void revise(
            TargetDraft draft,
            Situation.@Nullable Stack row,
            StackPolicy policy,
            Plan.Content content) {
        String hash = hash(content);
        boolean back = row != null && (!row.wanted() || row.destroyed());
        boolean changed =
                row == null || back || row.revision() == 0 || !row.inputHash().equals(hash);
        if (row != null && changed && !back && policy.once() && row.appliedRevision() > 0) {
            skipped = true;
            changed = false;
        }
        boolean again = row != null && row.failed() && life.generation() > row.generation();
        draft.wanted = true;
        draft.destroyed = false;
        draft.generation = life.generation();
        draft.blueprint = blueprint.key();
        if (changed || again) {
            draft.inputHash = hash;
            draft.move(content);
        }
        if (draft.applied()) {
            settled.add(draft.name());
            draft.observedNow = draft.appliedGeneration < life.generation();
            draft.appliedGeneration = Math.max(draft.appliedGeneration, life.generation());
        } else if (life.lifecycle() == Situation.Lifecycle.SUSPENDED) {
            draft.waits(Waits.SUSPENDED, "the tenant is suspended; it goes on when it is resumed");
        } else {
            draft.due = !draft.failed() && (row == null || row.holdCode() == null);
        }
    }

    private @Nullable String blockedBy(Template template) {
        List<String> reasons = new ArrayList<>();
        for (String dependency : new TreeSet<>(template.dependencies())) {
            TargetDraft before = drafts.get(dependency);
            if (before != null && !settled.contains(dependency)) {
                reasons.add(dependency + ", " + stateOf(dependency, before));
            }
        }
        return reasons.isEmpty() ? null : "waits for " + String.join("; and for ", reasons);
    }

    private String stateOf(String name, TargetDraft draft) {
        Situation.Stack row = rows.get(name);
        if (draft.failed()) {
            return "which failed" + (row == null ? "" : " (" + row.failedCode() + ")");
        }
        if (draft.waitingCode != null) {
            return "which itself waits (" + draft.waitingCode + ")";
        }
        // Whether it is at work is not said here: it changes without a plan, and its own line says
        // it.
        return "which must be applied first";
    }

    private static String hash(Plan.Content content) {
        ObjectNode parts = JsonNodeFactory.instance.objectNode();
        parts.put("module", content.moduleDigest());
        parts.set("inputs", content.inputs());
        parts.set("policy", content.policy());
        content.endpoints().forEach(parts.putArray("endpoints")::add);
        content.outputs().forEach(parts.putArray("outputs")::add);
        return SpecHash.ofTree(parts);
    }
}
