package io.leasehold.state.stack;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.state.blueprint.Blueprint;
import io.leasehold.state.blueprint.StackPolicy;
import io.leasehold.state.blueprint.Template;
import io.leasehold.state.tfstate.OrphanWait;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides the stacks that are not wanted any more: what depends on them goes first, what was never
 * begun is simply not built, what is to be retained is let go. Pure; for one decision.
 */
final class Removal {
    private final Situation situation;
    private final Map<String, TargetDraft> staying;
    private final Set<String> settled;
    private final Map<String, TargetDraft> drafts = new LinkedHashMap<>();

    /**
     * @param staying targets of the stacks that are wanted
     * @param settled those of them that are as this generation wants them
     */
    Removal(Situation situation, Map<String, TargetDraft> staying, Set<String> settled) {
        this.situation = situation;
        this.staying = staying;
        this.settled = settled;
    }

    Map<String, TargetDraft> decide() {
        List<Situation.Stack> leaving =
                situation.stacks().stream()
                        .filter(row -> !staying.containsKey(row.name()))
                        .toList();
        for (Situation.Stack row : leaving) {
            TargetDraft draft = new TargetDraft(row.name(), row, row.blueprint());
            drafts.put(row.name(), draft);
            if (row.destroyed()) {
                draft.waitingCode = row.waitingCode();
                draft.waitingReason = row.waitingReason();
            } else {
                begin(draft, row);
            }
        }
        for (Situation.Stack row : leaving) {
            TargetDraft draft = drafts.get(row.name());
            if (draft != null && !draft.destroyed && !draft.retained) {
                schedule(draft, row);
            }
        }
        return drafts;
    }

    boolean allGone() {
        return drafts.values().stream().allMatch(draft -> draft.destroyed);
    }

    /** What is decided without regard to others. */
    private void begin(TargetDraft draft, Situation.Stack row) {
        draft.wanted = false;
        if (!row.begun() && !row.leased() && !orphaned(row)) {
            draft.destroyed = true;
            draft.generation = situation.life().generation();
            return;
        }
        draft.withdraw = row.outputsOut();
        if (policy(row).retain()) {
            draft.retained = true;
            draft.destroyed = !row.leased();
            draft.generation = situation.life().generation();
            if (row.leased()) {
                draft.waits(Waits.RUN_AT_WORK, "the run at work ends first; then it is let go");
            } else {
                draft.waits(Waits.RETAINED, "let go as it stands, by its deletion policy");
            }
            return;
        }
        boolean again = row.failed() && situation.life().generation() > row.generation();
        draft.generation = situation.life().generation();
        if (row.wanted() || again) {
            draft.inputHash = "";
            draft.move(null);
        }
    }

    /** When a destroy may start. */
    private void schedule(TargetDraft draft, Situation.Stack row) {
        Set<String> first = dependents(row);
        if (!first.isEmpty()) {
            draft.waits(
                    Waits.DEPENDENTS,
                    "first " + String.join(", ", first) + (first.size() == 1 ? " goes" : " go"));
        } else if (orphaned(row)) {
            draft.waits(Waits.ORPHAN_STATE, OrphanWait.REASON);
        } else if (situation.life().lifecycle() == Situation.Lifecycle.SUSPENDED) {
            draft.waits(Waits.SUSPENDED, "the tenant is suspended; it goes on when it is resumed");
        } else {
            draft.due = !draft.failed() && row.holdCode() == null;
        }
    }

    private boolean orphaned(Situation.Stack row) {
        return situation.orphaned().contains(row.name());
    }

    /** Stacks that still lean on it: those that leave and are there, and those not yet moved on. */
    private Set<String> dependents(Situation.Stack row) {
        Set<String> leaning = new TreeSet<>();
        for (Situation.Stack other : situation.stacks()) {
            Blueprint built = situation.blueprints().get(other.blueprint());
            Template template = built == null ? null : built.stacks().get(other.name());
            if (template == null || !template.dependencies().contains(row.name())) {
                continue;
            }
            TargetDraft leaving = drafts.get(other.name());
            boolean there =
                    leaving != null
                            ? !leaving.destroyed
                            : other.begun() && !settled.contains(other.name());
            if (there) {
                leaning.add(other.name());
            }
        }
        return leaning;
    }

    private StackPolicy policy(Situation.Stack row) {
        ObjectNode spec = situation.life().spec();
        ObjectNode said = spec == null ? JsonNodeFactory.instance.objectNode() : spec;
        Blueprint built = situation.blueprints().get(row.blueprint());
        Template template = built == null ? null : built.stacks().get(row.name());
        return StackPolicy.of(
                template == null ? JsonNodeFactory.instance.objectNode() : template.policy(),
                said.path("policy"),
                said.path("stacks").path(row.name()).path("policy"),
                situation.life().deletePolicy());
    }
}
