package io.leasehold.state.tenant;

import io.leasehold.ledger.api.Disposition;
import io.leasehold.state.deadletter.DeadLetters;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.Sealers;
import io.leasehold.state.stack.LifeRef;
import io.leasehold.state.stack.StackPlanner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Makes accepted events what is wanted now, and plans what follows: many with the same few
 * statements.
 */
@ApplicationScoped
class Acceptance {
    private static final TenantEvents.Outcome PENDING =
            TenantEvents.Outcome.of(Disposition.PENDING);

    private final Lives lives;
    private final TenantEvents events;
    private final WaitingRecords waiting;
    private final DeadLetters deadLetters;
    private final StackPlanner planner;
    private final Sealers sealers;

    Acceptance(
            Lives lives,
            TenantEvents events,
            WaitingRecords waiting,
            DeadLetters deadLetters,
            StackPlanner planner,
            Sealers sealers) {
        this.lives = lives;
        this.events = events;
        this.waiting = waiting;
        this.deadLetters = deadLetters;
        this.planner = planner;
        this.sealers = sealers;
    }

    /**
     * An event that is accepted.
     *
     * @param newLife it begins a life
     * @param blueprintKnown its blueprint is registered
     */
    record Accepted(Arrival arrival, boolean newLife, boolean blueprintKnown) {
        LifeRef life() {
            Change change = arrival.change();
            return new LifeRef(change.tenantId(), (int) change.incarnation());
        }

        boolean waits() {
            return !blueprintKnown && !arrival.change().delete();
        }
    }

    /**
     * Accepts events of different tenants, given in the order of {@link LifeRef#LOCK_ORDER}; their
     * lives are locked. Gives in that order what became of them. Fails with {@link JudgeAgain} when
     * another transaction began one of the lives meanwhile.
     */
    Uni<List<TenantEvents.Outcome>> accept(Mutiny.Session session, List<Accepted> accepted) {
        if (accepted.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        List<Arrival> all = accepted.stream().map(Accepted::arrival).toList();
        List<LifeRef> changed = accepted.stream().map(Accepted::life).toList();
        return begin(session, accepted.stream().filter(Accepted::newLife).toList())
                .chain(() ->
                        move(session, accepted.stream().filter(each -> !each.newLife()).toList()))
                .chain(() -> lives.remember(session, all))
                .chain(() ->
                        events.record(
                                session,
                                all.stream().map(arrival -> arrival.entry(PENDING)).toList()))
                .call(() -> keepWaiting(session, accepted))
                .call(() -> planner.replan(session, changed))
                .chain(rows -> events.outcomes(session, rows));
    }

    private Uni<Void> begin(Mutiny.Session session, List<Accepted> begun) {
        return lives.begin(session, begun.stream().map(Accepted::arrival).toList())
                .invoke(all -> {
                    if (!all) {
                        throw new JudgeAgain();
                    }
                })
                .chain(() ->
                        sealers.begin(
                                session,
                                begun.stream()
                                        .map(Accepted::life)
                                        .map(life ->
                                                KeyOwner.life(life.tenantId(), life.incarnation()))
                                        .toList()));
    }

    private Uni<Void> move(Mutiny.Session session, List<Accepted> moved) {
        List<LifeRef> refs = moved.stream().map(Accepted::life).toList();
        return lives.move(session, moved.stream().map(Accepted::arrival).toList())
                .chain(() -> waiting.drop(session, refs))
                .chain(() -> deadLetters.closeSuperseded(session, refs));
    }

    private Uni<Void> keepWaiting(Mutiny.Session session, List<Accepted> accepted) {
        Uni<Void> kept = Uni.createFrom().voidItem();
        for (Accepted each : accepted) {
            if (each.waits()) {
                kept = kept.chain(() -> waiting.keep(session, each.arrival()));
            }
        }
        return kept;
    }
}
