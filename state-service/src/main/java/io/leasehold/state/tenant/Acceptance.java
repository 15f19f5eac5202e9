package io.leasehold.state.tenant;

import io.leasehold.ledger.api.Disposition;
import io.leasehold.state.deadletter.DeadLetters;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.Sealers;
import io.leasehold.state.stack.StackPlanner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;

/** Makes an accepted event what is wanted now, and plans what follows. */
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
     * Accepts. Fails with {@link JudgeAgain} when another transaction began the life meanwhile.
     *
     * @param newLife the event begins a life
     * @param blueprintKnown the blueprint is registered
     */
    Uni<TenantEvents.Outcome> accept(
            Mutiny.Session session, Arrival arrival, boolean newLife, boolean blueprintKnown) {
        Change change = arrival.change();
        int incarnation = life(change);
        Lives.Origin origin =
                new Lives.Origin(
                        arrival.stands(), arrival.event().eventId(), arrival.event().traceparent());
        return (newLife ? begin(session, change, origin) : move(session, change, origin))
                .chain(() -> lives.remember(session, change))
                .chain(() -> events.record(session, arrival.entry(PENDING)))
                .call(() ->
                        blueprintKnown || change.delete()
                                ? Uni.createFrom().voidItem()
                                : waiting.keep(session, arrival))
                .call(() -> planner.replan(session, change.tenantId(), incarnation))
                .chain(row -> events.outcome(session, row));
    }

    private Uni<Void> begin(Mutiny.Session session, Change change, Lives.Origin origin) {
        return lives.begin(session, change, origin)
                .invoke(begun -> {
                    if (!begun) {
                        throw new JudgeAgain();
                    }
                })
                .chain(() ->
                        sealers.begin(session, KeyOwner.life(change.tenantId(), life(change))));
    }

    private static int life(Change change) {
        return (int) change.incarnation();
    }

    private Uni<Void> move(Mutiny.Session session, Change change, Lives.Origin origin) {
        int incarnation = life(change);
        return lives.move(session, change, origin)
                .chain(() -> waiting.drop(session, change.tenantId(), incarnation))
                .chain(() -> deadLetters.closeSuperseded(session, change.tenantId(), incarnation));
    }
}
