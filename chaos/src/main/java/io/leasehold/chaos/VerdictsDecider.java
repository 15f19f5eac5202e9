package io.leasehold.chaos;

import io.leasehold.ledger.api.Disposition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds in what was seen all that should not be. Pure. */
final class VerdictsDecider {
    private final Observed seen;
    private final List<Finding> findings = new ArrayList<>();

    private VerdictsDecider(Observed seen) {
        this.seen = seen;
    }

    /** All findings, in the order of {@link Count} and then of whom they are about. */
    static List<Finding> decide(Observed seen) {
        VerdictsDecider decider = new VerdictsDecider(seen);
        decider.events();
        decider.states();
        decider.findings.addAll(WritesDecider.decide(seen.writes(), seen.acknowledged()));
        decider.identities();
        decider.unseen();
        decider.leftovers();
        decider.outputs();
        return decider.findings.stream()
                .sorted(Comparator.comparing(Finding::count).thenComparing(Finding::whom))
                .toList();
    }

    private void found(Count count, Object whom, String what) {
        findings.add(new Finding(count, whom.toString(), what));
    }

    private void events() {
        for (Acknowledged event : seen.acknowledged()) {
            Disposition end = seen.ends().get(event.place());
            if (end == null) {
                found(
                        Count.EVENTS_LOST,
                        event.wish().life(),
                        "the ledger does not know %s, generation %d"
                                .formatted(event.place(), event.wish().generation()));
            } else if (!ended(end)) {
                found(
                        Count.EVENTS_LOST,
                        event.wish().life(),
                        "%s, generation %d, is %s"
                                .formatted(event.place(), event.wish().generation(), end));
            }
        }
    }

    /** Nothing that is sent may fail or be refused, and so such an end is none. */
    private static boolean ended(Disposition disposition) {
        return switch (disposition) {
            case APPLIED, UNCHANGED, SUPERSEDED, SKIPPED, DUPLICATE, STALE -> true;
            case PENDING, FAILED, DEAD_LETTERED, BELOW_WATERMARK, BEHIND -> false;
        };
    }

    private void states() {
        for (Map.Entry<Life, Wish> entry : seen.wanted().entrySet()) {
            Life life = entry.getKey();
            TenantsServer.@Nullable Standing standing = seen.standing().get(life);
            Marks state = seen.states().get(life);
            if (entry.getValue().gone()) {
                if (standing != null) {
                    found(Count.STATES_LOST, life, "is gone, and its roles are there: " + standing);
                }
            } else if (state == null) {
                found(Count.STATES_LOST, life, "has no state");
            } else if (standing == null || !standing.bears(state)) {
                found(
                        Count.STATES_LOST,
                        life,
                        "the state knows %s, and there is %s".formatted(state, standing));
            }
        }
    }

    private void unseen() {
        Set<String> applies =
                seen.writes().stream()
                        .flatMap(write -> Stream.ofNullable(write.marks()))
                        .map(Marks::apply)
                        .collect(Collectors.toSet());
        for (Observed.Outputs outputs : seen.published()) {
            if (!applies.contains(outputs.marks().apply())) {
                found(Count.UNSEEN, outputs.life(), "outputs have " + outputs.marks());
            }
        }
    }

    /** Outputs are of a stored state: from the first on, a life's identity is known for good. */
    private void identities() {
        for (Observed.Outputs first : seen.published()) {
            Life life = first.life();
            String identity = first.marks().identity();
            boolean known = false;
            for (Write write : seen.writes()) {
                Marks marks = write.marks();
                if (marks == null || !write.life().equals(life)) {
                    continue;
                }
                known |= marks.apply().equals(first.marks().apply());
                if (known && !marks.identity().equals(identity)) {
                    found(
                            Count.STATES_LOST,
                            life,
                            "was %s, and at %s it was made anew as %s"
                                    .formatted(
                                            identity,
                                            ServerLog.time(write.at()),
                                            marks.identity()));
                    break;
                }
            }
        }
    }

    private void leftovers() {
        seen.locks().forEach(lock -> found(Count.LOCKS_LEFT, lock, "is held"));
        seen.unsettled().forEach((life, words) -> found(Count.NOT_SETTLED, life, words));
        seen.left().forEach(left -> found(Count.LEFT_FOR_PEOPLE, left.whom(), left.words()));
        for (Observed.Ran run : seen.runs()) {
            if (run.finished() == null) {
                found(
                        Count.RUNS_WITHOUT_END,
                        run.life(),
                        "run %s of %s began at %s"
                                .formatted(run.id(), run.worker(), run.started()));
            }
        }
    }

    private void outputs() {
        seen.wanted()
                .forEach((life, wish) -> {
                    Observed.@Nullable Outputs outputs = seen.outputs().get(life);
                    if (wish.gone() && outputs != null) {
                        found(Count.WRONG_OUTPUTS, life, "is gone, and has outputs: " + outputs);
                    } else if (!wish.gone() && (outputs == null || !right(outputs, wish))) {
                        found(
                                Count.WRONG_OUTPUTS,
                                life,
                                "wants %s, has %s".formatted(wish, outputs));
                    }
                });
    }

    private boolean right(Observed.Outputs outputs, Wish wish) {
        TenantsServer.@Nullable Standing standing = seen.standing().get(wish.life());
        return outputs.ready()
                && outputs.generation() == wish.generation()
                && outputs.marks().mark() == wish.mark()
                && standing != null
                && standing.bears(outputs.marks());
    }
}
