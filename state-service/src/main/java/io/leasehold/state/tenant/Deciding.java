package io.leasehold.state.tenant;

import io.leasehold.state.blueprint.Blueprint;
import io.leasehold.state.blueprint.Blueprints;
import io.leasehold.state.source.PlaceDecider;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.hibernate.reactive.mutiny.Mutiny;

/** Finds the verdict on an event from what is known of its tenant. Writes nothing. */
@ApplicationScoped
class Deciding {
    private final Blueprints blueprints;
    private final Positions positions;
    private final VerdictDecider decider = new VerdictDecider();

    Deciding(Blueprints blueprints, Positions positions) {
        this.blueprints = blueprints;
        this.positions = positions;
    }

    /** How an event's place counts. */
    enum Order {
        /** Behind others of its tenant that are held, and as its place says. */
        AS_IT_STANDS,
        /** As its place says; it is the first of those that are held. */
        FIRST,
        /** Later than all there is: an operator said so. */
        LATER
    }

    /**
     * Decides. Costs no statement where the source is ordered by generation and the blueprint was
     * read before.
     *
     * @param known the tenant's lives, locked
     */
    Uni<Ruled> decide(Mutiny.Session session, Arrival arrival, List<KnownLife> known, Order order) {
        return switch (arrival.ordering()) {
            case GENERATION, LEFT_TO_LEDGER ->
                    follow(session, arrival, known, decider::decide, false);
            case POSITION -> byPosition(session, arrival, known, order);
        };
    }

    private Uni<Ruled> byPosition(
            Mutiny.Session session, Arrival arrival, List<KnownLife> known, Order order) {
        Arrival counted = arrival.as(next(known, arrival.change().incarnation()));
        if (order == Order.LATER) {
            return later(session, counted, known);
        }
        return positions
                .of(session, arrival, known, order == Order.FIRST)
                .chain(verdict ->
                        switch (verdict) {
                            case PlaceDecider.Verdict.Newer _ -> later(session, counted, known);
                            case PlaceDecider.Verdict.NotNewer _ ->
                                    follow(
                                            session,
                                            counted,
                                            known,
                                            (lives, change) ->
                                                    decider.decideByPosition(lives, change, false),
                                            false);
                            case PlaceDecider.Verdict.Held held ->
                                    Uni.createFrom().item(new Ruled.Hold(arrival, held.why()));
                        });
    }

    private Uni<Ruled> later(Mutiny.Session session, Arrival arrival, List<KnownLife> known) {
        return follow(
                session,
                arrival,
                known,
                (lives, change) -> decider.decideByPosition(lives, change, true),
                true);
    }

    private static long next(List<KnownLife> known, long incarnation) {
        return 1
                + known.stream()
                        .filter(life -> life.incarnation() == incarnation)
                        .mapToLong(KnownLife::generation)
                        .findFirst()
                        .orElse(0);
    }

    private Uni<Ruled> follow(
            Mutiny.Session session,
            Arrival arrival,
            List<KnownLife> known,
            BiFunction<List<KnownLife>, Change, Verdict> verdict,
            boolean later) {
        Change change = arrival.change();
        return blueprint(session, change)
                .map(blueprint ->
                        new Ruled.Follow(
                                arrival,
                                blueprint
                                        .flatMap(found -> SpecCheck.fault(found, change))
                                        .<Verdict>map(fault ->
                                                new Verdict.Refused(
                                                        fault.code(), null, fault.reason()))
                                        .orElseGet(() -> verdict.apply(known, change)),
                                blueprint.isPresent(),
                                later));
    }

    private Uni<Optional<Blueprint>> blueprint(Mutiny.Session session, Change change) {
        return change.delete() || change.blueprint() == null
                ? Uni.createFrom().item(Optional.empty())
                : blueprints.find(session, change.blueprint());
    }
}
