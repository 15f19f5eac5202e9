package io.leasehold.state.tenant;

import io.leasehold.state.stack.LifeRef;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Writes down what was decided: the common verdicts of many events with the same few statements,
 * the rare ones one by one. In the caller's transaction. Safe to share.
 */
@ApplicationScoped
class Following {
    private final Acceptance acceptance;
    private final Rulings rulings;
    private final Lives lives;

    Following(Acceptance acceptance, Rulings rulings, Lives lives) {
        this.acceptance = acceptance;
        this.rulings = rulings;
        this.lives = lives;
    }

    /**
     * Events of different tenants, whose lives are locked; gives in this order what became of them.
     */
    Uni<List<TenantEvents.Outcome>> follow(Mutiny.Session session, List<Ruled> ruled) {
        List<Acceptance.Accepted> accepted = new ArrayList<>();
        List<Rulings.Duplicate> duplicates = new ArrayList<>();
        List<Ruled> others = new ArrayList<>();
        for (Ruled each : ruled) {
            switch (each) {
                case Ruled.Follow(Arrival arrival, Verdict.Accepted verdict, boolean known, _) ->
                        accepted.add(new Acceptance.Accepted(arrival, verdict.newLife(), known));
                case Ruled.Follow(Arrival arrival, Verdict.Duplicate verdict, _, boolean later)
                        when !later ->
                        duplicates.add(new Rulings.Duplicate(arrival, verdict.reason()));
                case Ruled other -> others.add(other);
            }
        }
        accepted.sort(Comparator.comparing(Acceptance.Accepted::life, LifeRef.LOCK_ORDER));
        IdentityHashMap<Arrival, TenantEvents.Outcome> outcomes = new IdentityHashMap<>();
        return acceptance
                .accept(session, accepted)
                .invoke(became -> {
                    for (int i = 0; i < accepted.size(); i++) {
                        outcomes.put(accepted.get(i).arrival(), became.get(i));
                    }
                })
                .chain(() -> rulings.duplicates(session, duplicates))
                .invoke(became -> {
                    for (int i = 0; i < duplicates.size(); i++) {
                        outcomes.put(duplicates.get(i).arrival(), became.get(i));
                    }
                })
                .chain(() -> oneByOne(session, others, outcomes))
                .map(_ -> ruled.stream().map(each -> outcomes.get(each.arrival())).toList());
    }

    private Uni<List<TenantEvents.Outcome>> oneByOne(
            Mutiny.Session session,
            List<Ruled> others,
            IdentityHashMap<Arrival, TenantEvents.Outcome> outcomes) {
        return Multi.createFrom()
                .iterable(others)
                .onItem()
                .transformToUniAndConcatenate(each ->
                        follow(session, each)
                                .invoke(outcome -> outcomes.put(each.arrival(), outcome)))
                .collect()
                .asList();
    }

    private Uni<TenantEvents.Outcome> follow(Mutiny.Session session, Ruled ruled) {
        return switch (ruled) {
            case Ruled.Hold(Arrival arrival, String why) -> rulings.held(session, arrival, why);
            case Ruled.Follow follow -> follow(session, follow.arrival(), follow.verdict());
        };
    }

    private Uni<TenantEvents.Outcome> follow(
            Mutiny.Session session, Arrival arrival, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Accepted _ -> throw new IllegalStateException("accepted with the others");
            case Verdict.Duplicate duplicate -> standsThere(session, arrival, duplicate);
            case Verdict.Stale stale -> rulings.stale(session, arrival, stale);
            case Verdict.Refused refused -> rulings.refused(session, arrival, refused);
        };
    }

    /** What came later is where its life stands now, even if it changes nothing. */
    private Uni<TenantEvents.Outcome> standsThere(
            Mutiny.Session session, Arrival arrival, Verdict.Duplicate duplicate) {
        Change change = arrival.change();
        return rulings.duplicate(session, arrival, duplicate.reason())
                .call(() ->
                        lives.stands(
                                session,
                                change.tenantId(),
                                (int) change.incarnation(),
                                arrival.stands()));
    }
}
