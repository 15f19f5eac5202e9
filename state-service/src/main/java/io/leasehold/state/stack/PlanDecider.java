package io.leasehold.state.stack;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.state.blueprint.Blueprint;
import io.leasehold.state.blueprint.InputResolver;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides what each stack of a life should be and what became of its events. Level-triggered: it
 * looks at what is wanted and what is there, never at what happened, so that deciding again changes
 * nothing. Pure; safe to share.
 */
public final class PlanDecider {
    /** Told of an event that a stack's creation policy leaves without effect. */
    private static final String SKIPPED_ONCE = "SKIPPED_ONCE";

    private final InputResolver resolver = new InputResolver();

    /** The plan of a life. */
    public Plan decide(Situation situation) {
        Situation.Life life = situation.life();
        if (life.gone()) {
            return new Plan(
                    null, null, life.observed(), life.attempted(), true, List.of(), List.of());
        }
        if (life.lifecycle() == Situation.Lifecycle.DELETED) {
            return deleted(situation);
        }
        if (life.previousAlive()) {
            return waiting(
                    situation,
                    Waits.PREVIOUS_INCARNATION,
                    "waits until the previous life of this tenant is gone");
        }
        Blueprint blueprint = situation.blueprint();
        ObjectNode spec = life.spec();
        if (blueprint == null || spec == null) {
            return waiting(
                    situation,
                    Waits.BLUEPRINT_UNKNOWN,
                    "waits for its blueprint, which is not registered");
        }
        if (!blueprint.variables().check(spec, blueprint.stacks().keySet()).isEmpty()) {
            return waiting(
                    situation,
                    Waits.VARIABLES_REFUSED,
                    "the blueprint refuses its variables; a newer event must correct them");
        }
        return wanted(situation, blueprint, spec);
    }

    private Plan wanted(Situation situation, Blueprint blueprint, ObjectNode spec) {
        Situation.Life life = situation.life();
        Building building = new Building(situation, blueprint, spec, resolver);
        Map<String, TargetDraft> staying = building.decide();
        Map<String, TargetDraft> leaving =
                new Removal(situation, staying, building.settled()).decide();
        long observed = Math.min(life.generation(), Math.max(life.observed(), building.observed()));
        Ending ending =
                new Ending(situation, observed) {
                    @Override
                    Plan.@Nullable End current(Situation.OpenEvent event) {
                        return endOfCurrent(situation, building, staying, event);
                    }
                };
        return new Plan(
                null,
                null,
                observed,
                life.generation(),
                false,
                targets(staying, leaving),
                ending.ends());
    }

    private static Plan.@Nullable End endOfCurrent(
            Situation situation,
            Building building,
            Map<String, TargetDraft> staying,
            Situation.OpenEvent event) {
        if (building.allSettled()) {
            if (building.skipped()) {
                return end(event, Disposition.SKIPPED, SKIPPED_ONCE, "applied once, by policy");
            }
            boolean ran = situation.life().attempted() >= event.generation();
            return end(event, ran ? Disposition.APPLIED : Disposition.UNCHANGED, null, null);
        }
        return failure(situation, staying, event);
    }

    private static Plan deleted(Situation situation) {
        Situation.Life life = situation.life();
        Removal removal = new Removal(situation, Map.of(), Set.of());
        Map<String, TargetDraft> leaving = removal.decide();
        boolean gone = removal.allGone();
        boolean nothing = life.spec() == null && leaving.isEmpty();
        // What ended before the delete was decided counts for the events before it.
        long applied =
                situation.stacks().stream()
                        .filter(row -> !row.destroyed())
                        .mapToLong(Situation.Stack::appliedGeneration)
                        .min()
                        .orElse(0);
        Ending ending =
                new Ending(situation, Math.max(life.observed(), applied)) {
                    @Override
                    Plan.@Nullable End current(Situation.OpenEvent event) {
                        if (!gone) {
                            return failure(situation, leaving, event);
                        }
                        return nothing
                                ? end(
                                        event,
                                        Disposition.UNCHANGED,
                                        "NOTHING_TO_DELETE",
                                        "nothing was known of this tenant")
                                : end(event, Disposition.APPLIED, null, null);
                    }
                };
        return new Plan(
                null,
                null,
                gone ? life.generation() : life.observed(),
                life.generation(),
                gone,
                targets(leaving, Map.of()),
                ending.ends());
    }

    private static Plan waiting(Situation situation, String code, String reason) {
        Situation.Life life = situation.life();
        Ending ending =
                new Ending(situation, life.observed()) {
                    @Override
                    Plan.@Nullable End current(Situation.OpenEvent event) {
                        return null;
                    }
                };
        return new Plan(
                code, reason, life.observed(), life.attempted(), false, List.of(), ending.ends());
    }

    /** A stack failed for good: so did the event, until a retry. */
    private static Plan.@Nullable End failure(
            Situation situation, Map<String, TargetDraft> drafts, Situation.OpenEvent event) {
        Optional<Situation.Stack> failed =
                situation.stacks().stream()
                        .filter(row -> {
                            TargetDraft draft = drafts.get(row.name());
                            return draft != null && draft.failed();
                        })
                        .findFirst();
        if (failed.isPresent()) {
            return event.failed()
                    ? null
                    : end(
                            event,
                            Disposition.FAILED,
                            failed.get().failedCode(),
                            "the run of " + failed.get().name() + " failed for good");
        }
        return event.failed() ? end(event, Disposition.PENDING, null, null) : null;
    }

    private static Plan.End end(
            Situation.OpenEvent event,
            Disposition disposition,
            @Nullable String code,
            @Nullable String reason) {
        return new Plan.End(event.id(), event.generation(), disposition, code, reason);
    }

    private static List<Plan.Target> targets(
            Map<String, TargetDraft> staying, Map<String, TargetDraft> leaving) {
        Map<String, TargetDraft> all = new LinkedHashMap<>(staying);
        all.putAll(leaving);
        return all.values().stream()
                .filter(TargetDraft::changes)
                .map(TargetDraft::target)
                .sorted(Comparator.comparing(Plan.Target::name))
                .toList();
    }

    /** What becomes of events; the newest one is judged by the kind of plan. */
    private abstract static class Ending {
        private final Situation situation;
        private final long observed;

        Ending(Situation situation, long observed) {
            this.situation = situation;
            this.observed = observed;
        }

        abstract Plan.@Nullable End current(Situation.OpenEvent event);

        List<Plan.End> ends() {
            List<Plan.End> ends = new ArrayList<>();
            for (Situation.OpenEvent event : situation.events()) {
                Plan.End end =
                        event.generation() < situation.life().generation()
                                ? older(event)
                                : current(event);
                if (end != null) {
                    ends.add(end);
                }
            }
            return ends;
        }

        private Plan.@Nullable End older(Situation.OpenEvent event) {
            if (event.failed()) {
                return null;
            }
            boolean running =
                    situation.stacks().stream()
                            .anyMatch(row ->
                                    row.leased() && row.runGeneration() == event.generation());
            if (running) {
                return null;
            }
            return observed >= event.generation()
                    ? end(event, Disposition.APPLIED, null, null)
                    : end(
                            event,
                            Disposition.SUPERSEDED,
                            null,
                            "generation " + situation.life().generation() + " took its place");
        }
    }
}
