package io.leasehold.state.tenant;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.ErrorCode;
import io.leasehold.events.Header;
import io.leasehold.events.Headers;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.ledger.api.Judgement;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.state.deadletter.DeadLetters;
import io.leasehold.state.deadletter.RefusedEvent;
import io.leasehold.state.deadletter.ReplayMark;
import io.leasehold.state.source.Place;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Gives records their verdicts and writes down what follows from them, in the caller's transaction
 * and under the locks of their partitions.
 */
@ApplicationScoped
class Judging {
    private static final String REPLAY_SEEN = "this replay was taken in before";

    private final Lives lives;
    private final DeadLetters deadLetters;
    private final Deciding deciding;
    private final Following following;
    private final Rulings rulings;
    private final Sources sources;

    Judging(
            Lives lives,
            DeadLetters deadLetters,
            Deciding deciding,
            Following following,
            Rulings rulings,
            Sources sources) {
        this.lives = lives;
        this.deadLetters = deadLetters;
        this.deciding = deciding;
        this.following = following;
        this.rulings = rulings;
        this.sources = sources;
    }

    /**
     * A record that is handed in.
     *
     * @param reading which reading of the partition it came in
     */
    record Handed(IntakeRequest.Item item, int reading) {
        /** Whose event it is; empty for what is none. */
        Optional<String> tenant() {
            return switch (item.judgement()) {
                case Judgement.WellFormed event -> Optional.of(change(event).tenantId());
                case Judgement.Refused _ -> Optional.empty();
            };
        }
    }

    /**
     * Judges records, each tenant's in this order; gives in this order what became of them. All
     * lives of all their tenants are locked first, so that two callers never wait for each other.
     */
    Uni<List<TenantEvents.Outcome>> judge(Mutiny.Session session, List<Handed> handed) {
        List<String> tenants =
                handed.stream().map(Handed::tenant).flatMap(Optional::stream).distinct().toList();
        IdentityHashMap<Handed, TenantEvents.Outcome> outcomes = new IdentityHashMap<>();
        return lives.lock(session, tenants)
                .chain(() ->
                        Multi.createFrom()
                                .iterable(rounds(handed))
                                .onItem()
                                .transformToUniAndConcatenate(
                                        round -> round(session, round, outcomes))
                                .collect()
                                .asList())
                .map(_ -> handed.stream().map(outcomes::get).toList());
    }

    /** No round has two events of one tenant: the second is judged by what the first one did. */
    private static List<List<Handed>> rounds(List<Handed> handed) {
        List<List<Handed>> rounds = new ArrayList<>();
        Map<String, Integer> before = new HashMap<>();
        for (Handed each : handed) {
            int round =
                    each.tenant()
                            .map(tenant -> before.merge(tenant, 1, Integer::sum) - 1)
                            .orElse(0);
            while (rounds.size() <= round) {
                rounds.add(new ArrayList<>());
            }
            rounds.get(round).add(each);
        }
        return rounds;
    }

    private Uni<Void> round(
            Mutiny.Session session,
            List<Handed> round,
            IdentityHashMap<Handed, TenantEvents.Outcome> outcomes) {
        List<Handed> inOrder = new ArrayList<>();
        List<Arrival> arrivals = new ArrayList<>();
        return Multi.createFrom()
                .iterable(round)
                .onItem()
                .transformToUniAndConcatenate(each ->
                        enter(session, each)
                                .invoke(entered -> {
                                    switch (entered) {
                                        case Entered.Settled(TenantEvents.Outcome outcome) ->
                                                outcomes.put(each, outcome);
                                        case Entered.InOrder(Arrival arrival) -> {
                                            inOrder.add(each);
                                            arrivals.add(arrival);
                                        }
                                    }
                                }))
                .collect()
                .asList()
                .chain(() -> decided(session, arrivals, Deciding.Order.AS_IT_STANDS))
                .invoke(judged -> {
                    for (int i = 0; i < inOrder.size(); i++) {
                        outcomes.put(inOrder.get(i), judged.get(i));
                    }
                })
                .replaceWithVoid();
    }

    /** What becomes of a record before anything is known of its tenant. */
    private sealed interface Entered {
        record Settled(TenantEvents.Outcome outcome) implements Entered {}

        record InOrder(Arrival arrival) implements Entered {}
    }

    private Uni<Entered> enter(Mutiny.Session session, Handed handed) {
        RawRecord raw = handed.item().raw();
        Optional<String> replayId = Headers.replayId(headers(raw));
        return (replayId.isEmpty()
                        ? Uni.createFrom().item(ReplayMark.UNKNOWN)
                        : deadLetters.honour(
                                session,
                                replayId.get(),
                                Place.of(raw.position()),
                                handed.reading()))
                .chain(mark ->
                        switch (handed.item().judgement()) {
                            case Judgement.Refused refused ->
                                    refused(
                                                    session,
                                                    RefusedEvent.of(raw, refused),
                                                    handed.reading(),
                                                    mark)
                                            .map(Entered.Settled::new);
                            case Judgement.WellFormed event ->
                                    wellFormed(session, raw, event, handed.reading(), mark);
                        });
    }

    /** Records a refused event: a dead letter and its row. */
    Uni<TenantEvents.Outcome> refuse(Mutiny.Session session, RefusedEvent refused, int reading) {
        return rulings.refused(session, refused, reading);
    }

    private Uni<TenantEvents.Outcome> refused(
            Mutiny.Session session, RefusedEvent refused, int reading, ReplayMark mark) {
        return mark == ReplayMark.SEEN
                ? rulings.duplicate(session, refused, reading, REPLAY_SEEN)
                : rulings.refused(session, refused, reading);
    }

    private Uni<Entered> wellFormed(
            Mutiny.Session session,
            RawRecord raw,
            Judgement.WellFormed event,
            int reading,
            ReplayMark mark) {
        Place own = Place.of(raw.position());
        return (mark == ReplayMark.HONOURED
                        ? deadLetters.stoodAt(session, Headers.replayId(headers(raw)).orElseThrow())
                        : Uni.createFrom().item(own))
                .map(stands -> arrival(null, raw, event, reading, stands))
                .chain(arrival ->
                        mark == ReplayMark.SEEN
                                ? rulings.duplicate(session, arrival, REPLAY_SEEN)
                                        .map(Entered.Settled::new)
                                : fitting(session, arrival));
    }

    private Uni<Entered> fitting(Mutiny.Session session, Arrival arrival) {
        Optional<Verdict.Refused> misfit = Sources.misfit(arrival.ordering(), arrival.change());
        return misfit.isPresent()
                ? rulings.refused(session, arrival, misfit.get()).map(Entered.Settled::new)
                : Uni.createFrom().item(new Entered.InOrder(arrival));
    }

    private Arrival arrival(
            @Nullable Long row,
            RawRecord raw,
            Judgement.WellFormed event,
            int reading,
            Place stands) {
        return new Arrival(
                row,
                raw,
                reading,
                stands,
                sources.of(raw.position().topic(), event.source()),
                event,
                change(event));
    }

    /** Judges an event that was held; it may have to be held on. Its tenant's lives are locked. */
    Uni<TenantEvents.Outcome> again(
            Mutiny.Session session, HeldRecords.Held held, Deciding.Order order) {
        return fitting(session, arrival(held))
                .chain(entered ->
                        switch (entered) {
                            case Entered.Settled(TenantEvents.Outcome outcome) ->
                                    Uni.createFrom().item(outcome);
                            case Entered.InOrder(Arrival arrival) ->
                                    decided(session, List.of(arrival), order).map(List::getFirst);
                        });
    }

    /** Refuses an event that was held and that the database will not hold otherwise. */
    Uni<TenantEvents.Outcome> unstorable(Mutiny.Session session, HeldRecords.Held held) {
        return rulings.refused(
                session,
                arrival(held),
                new Verdict.Refused(
                        ErrorCode.SCHEMA_VIOLATION.name(),
                        null,
                        "the ledger cannot hold a value of this event"));
    }

    private Arrival arrival(HeldRecords.Held held) {
        if (held.item().judgement() instanceof Judgement.WellFormed event) {
            return arrival(held.row(), held.item().raw(), event, held.reading(), held.stands());
        }
        throw new IllegalStateException("only well-formed events are held");
    }

    /** Events of different tenants, whose lives are locked. */
    private Uni<List<TenantEvents.Outcome>> decided(
            Mutiny.Session session, List<Arrival> arrivals, Deciding.Order order) {
        Map<String, Long> generations = new HashMap<>();
        arrivals.forEach(
                each -> generations.put(each.change().tenantId(), each.change().generation()));
        return lives.known(session, generations)
                .chain(known ->
                        Multi.createFrom()
                                .iterable(arrivals)
                                .onItem()
                                .transformToUniAndConcatenate(arrival ->
                                        deciding.decide(
                                                session,
                                                arrival,
                                                known.getOrDefault(
                                                        arrival.change().tenantId(), List.of()),
                                                order))
                                .collect()
                                .asList())
                .chain(ruled -> following.follow(session, ruled));
    }

    private static List<Header> headers(RawRecord raw) {
        return raw.headers().stream()
                .map(header -> new Header(header.name(), header.value()))
                .toList();
    }

    private static Change change(Judgement.WellFormed event) {
        if (event.data() instanceof ObjectNode data) {
            return Change.of(data, event.specHash());
        }
        throw new IllegalArgumentException("the data of a tenant event is an object");
    }
}
