package io.leasehold.state.orphan;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateVersionView;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.stack.StackPlanner;
import io.leasehold.state.tfstate.StackHold;
import io.leasehold.state.tfstate.StateCopies;
import io.leasehold.state.tfstate.States;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Judges and settles orphans within the caller's transaction, under the locks of the life and the
 * stack. Safe to share.
 */
@ApplicationScoped
class Orphans {
    private final OrphanRows rows;
    private final States states;
    private final StateCopies copies;
    private final StackPlanner planner;
    private final Audit audit;

    Orphans(OrphanRows rows, States states, StateCopies copies, StackPlanner planner, Audit audit) {
        this.rows = rows;
        this.states = states;
        this.copies = copies;
        this.planner = planner;
        this.audit = audit;
    }

    /**
     * An open orphan, and whether it may be adopted.
     *
     * @param current the version that is served; null when there is none
     */
    record Judged(
            StateVersionView orphan,
            @Nullable StateVersionView current,
            AdoptionDecider.Verdict verdict) {}

    /** Who settles an orphan, and why. */
    record Act(String operator, String reason) {}

    /** Looks at an orphan; fails with a refusal when there is none of that number that is open. */
    Uni<Judged> judged(Mutiny.Session session, StackRef stack, long version) {
        return rows.lockLife(session, stack)
                .chain(() -> states.hold(session, stack))
                .chain(hold ->
                        states.version(session, stack, version)
                                .map(found -> open(stack, version, found))
                                .chain(orphan -> judged(session, hold, orphan)));
    }

    private static StateVersionView open(
            StackRef stack, long version, Optional<StateVersionView> found) {
        StateVersionView orphan =
                found.filter(StateVersionView::orphan)
                        .orElseThrow(() ->
                                new Refusal(
                                        404,
                                        "ORPHAN_UNKNOWN",
                                        "%s has no orphan %d".formatted(stack, version)));
        if (orphan.settled() != null) {
            throw new Refusal(
                    409,
                    "ORPHAN_SETTLED",
                    "Orphan %d of %s was %s by %s already"
                            .formatted(
                                    version,
                                    stack,
                                    orphan.settled().what().toLowerCase(Locale.ROOT),
                                    orphan.settled().by()));
        }
        return orphan;
    }

    private Uni<Judged> judged(Mutiny.Session session, StackHold hold, StateVersionView orphan) {
        return states.current(session, orphan.stack())
                .chain(current ->
                        base(session, orphan)
                                .map(base ->
                                        judge(
                                                hold,
                                                orphan,
                                                current.orElse(null),
                                                base.orElse(null))));
    }

    private Uni<Optional<Long>> base(Mutiny.Session session, StateVersionView orphan) {
        String run = orphan.runId();
        return run == null
                ? Uni.createFrom().item(Optional.empty())
                : rows.base(session, orphan.stack(), run);
    }

    private static Judged judge(
            StackHold hold,
            StateVersionView orphan,
            @Nullable StateVersionView current,
            @Nullable Long base) {
        return new Judged(orphan, current, AdoptionDecider.decide(hold, orphan, current, base));
    }

    /** Makes an orphan the newest version, as it was judged; gives the version that is served. */
    Uni<Long> adopt(Mutiny.Session session, Judged judged, Act act) {
        StateVersionView orphan = judged.orphan();
        Uni<Long> served =
                switch (judged.verdict()) {
                    case AdoptionDecider.Verdict.Refuse refuse ->
                            Uni.createFrom().failure(refuse.why());
                    case AdoptionDecider.Verdict.Same same -> Uni.createFrom().item(same.current());
                    case AdoptionDecider.Verdict.Adopt _ ->
                            copies.put(
                                    session,
                                    orphan.stack(),
                                    new StateCopies.Copy(
                                            orphan.version(),
                                            "ADOPTED",
                                            null,
                                            act.operator(),
                                            act.reason()));
                };
        return served.call(() -> settled(session, orphan, "ADOPTED", "adopt-orphan", act));
    }

    /** Says that an orphan is of no use. */
    Uni<Void> dismiss(Mutiny.Session session, StateVersionView orphan, Act act) {
        return settled(session, orphan, "DISMISSED", "dismiss-orphan", act);
    }

    private Uni<Void> settled(
            Mutiny.Session session, StateVersionView orphan, String as, String action, Act act) {
        StackRef stack = orphan.stack();
        return rows.settle(session, orphan, as, act.operator(), act.reason())
                .chain(() ->
                        audit.record(
                                session,
                                act.operator(),
                                action,
                                stack + " version " + orphan.version(),
                                act.reason()))
                .chain(() -> planner.replan(session, stack.tenantId(), stack.incarnation()));
    }
}
