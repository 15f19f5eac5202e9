package io.leasehold.state.tenant;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.ErrorCode;
import io.leasehold.events.Header;
import io.leasehold.events.Headers;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.ledger.api.Judgement;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.state.blueprint.Blueprint;
import io.leasehold.state.blueprint.Blueprints;
import io.leasehold.state.deadletter.DeadLetters;
import io.leasehold.state.deadletter.RefusedEvent;
import io.leasehold.state.deadletter.ReplayMark;
import io.leasehold.state.source.Place;
import io.leasehold.state.source.PlaceDecider;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Gives one record its verdict and writes down what follows from it, in the caller's transaction
 * and under the partition's lock.
 */
@ApplicationScoped
class Judging {
    private static final String REPLAY_SEEN = "this replay was taken in before";

    private final Lives lives;
    private final Blueprints blueprints;
    private final DeadLetters deadLetters;
    private final Acceptance acceptance;
    private final Rulings rulings;
    private final Sources sources;
    private final Positions positions;
    private final VerdictDecider decider = new VerdictDecider();

    Judging(
            Lives lives,
            Blueprints blueprints,
            DeadLetters deadLetters,
            Acceptance acceptance,
            Rulings rulings,
            Sources sources,
            Positions positions) {
        this.lives = lives;
        this.blueprints = blueprints;
        this.deadLetters = deadLetters;
        this.acceptance = acceptance;
        this.rulings = rulings;
        this.sources = sources;
        this.positions = positions;
    }

    /**
     * @param reading which reading of the partition the record came in
     */
    Uni<TenantEvents.Outcome> judge(Mutiny.Session session, IntakeRequest.Item item, int reading) {
        Optional<String> replayId = Headers.replayId(headers(item.raw()));
        return (replayId.isEmpty()
                        ? Uni.createFrom().item(ReplayMark.UNKNOWN)
                        : deadLetters.honour(session, replayId.get()))
                .chain(mark ->
                        switch (item.judgement()) {
                            case Judgement.Refused refused ->
                                    refused(
                                            session,
                                            RefusedEvent.of(item.raw(), refused),
                                            reading,
                                            mark);
                            case Judgement.WellFormed event ->
                                    wellFormed(session, item.raw(), event, reading, mark);
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

    private Uni<TenantEvents.Outcome> wellFormed(
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
                                : ordered(session, arrival, Order.AS_IT_STANDS));
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

    /** How an event's place counts. */
    enum Order {
        /** Behind others of its tenant that are held, and as its place says. */
        AS_IT_STANDS,
        /** As its place says; it is the first of those that are held. */
        FIRST,
        /** Later than all there is: an operator said so. */
        LATER
    }

    /** Judges an event that was held; it may have to be held on. */
    Uni<TenantEvents.Outcome> again(Mutiny.Session session, HeldRecords.Held held, Order order) {
        return ordered(session, arrival(held), order);
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

    private Uni<TenantEvents.Outcome> ordered(
            Mutiny.Session session, Arrival arrival, Order order) {
        Optional<Verdict.Refused> misfit = Sources.misfit(arrival.ordering(), arrival.change());
        if (misfit.isPresent()) {
            return rulings.refused(session, arrival, misfit.get());
        }
        Change change = arrival.change();
        return lives.lock(session, change.tenantId(), change.generation())
                .chain(known ->
                        switch (arrival.ordering()) {
                            case GENERATION, LEFT_TO_LEDGER ->
                                    decided(session, arrival, known, decider::decide);
                            case POSITION -> byPosition(session, arrival, known, order);
                        });
    }

    private Uni<TenantEvents.Outcome> byPosition(
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
                                    decided(
                                            session,
                                            counted,
                                            known,
                                            (lives, change) ->
                                                    decider.decideByPosition(lives, change, false));
                            case PlaceDecider.Verdict.Held held ->
                                    rulings.held(session, arrival, held.why());
                        });
    }

    /** What came later is where its life stands now, even if it changes nothing. */
    private Uni<TenantEvents.Outcome> later(
            Mutiny.Session session, Arrival arrival, List<KnownLife> known) {
        Change change = arrival.change();
        return decided(
                        session,
                        arrival,
                        known,
                        (lives, one) -> decider.decideByPosition(lives, one, true))
                .call(outcome ->
                        outcome.disposition() == Disposition.DUPLICATE
                                ? lives.stands(
                                        session,
                                        change.tenantId(),
                                        (int) change.incarnation(),
                                        arrival.stands())
                                : Uni.createFrom().voidItem());
    }

    private static long next(List<KnownLife> known, long incarnation) {
        return 1
                + known.stream()
                        .filter(life -> life.incarnation() == incarnation)
                        .mapToLong(KnownLife::generation)
                        .findFirst()
                        .orElse(0);
    }

    private Uni<TenantEvents.Outcome> decided(
            Mutiny.Session session,
            Arrival arrival,
            List<KnownLife> known,
            BiFunction<List<KnownLife>, Change, Verdict> verdict) {
        Change change = arrival.change();
        return blueprint(session, change)
                .chain(blueprint -> {
                    Optional<SpecCheck.Fault> fault =
                            blueprint.flatMap(found -> SpecCheck.fault(found, change));
                    return fault.isPresent()
                            ? rulings.refused(
                                    session,
                                    arrival,
                                    new Verdict.Refused(
                                            fault.get().code(), null, fault.get().reason()))
                            : follow(
                                    session,
                                    arrival,
                                    verdict.apply(known, change),
                                    blueprint.isPresent());
                });
    }

    private Uni<Optional<Blueprint>> blueprint(Mutiny.Session session, Change change) {
        return change.delete() || change.blueprint() == null
                ? Uni.createFrom().item(Optional.empty())
                : blueprints.find(session, change.blueprint());
    }

    private Uni<TenantEvents.Outcome> follow(
            Mutiny.Session session, Arrival arrival, Verdict verdict, boolean blueprintKnown) {
        return switch (verdict) {
            case Verdict.Accepted accepted ->
                    acceptance.accept(session, arrival, accepted.newLife(), blueprintKnown);
            case Verdict.Duplicate duplicate ->
                    rulings.duplicate(session, arrival, duplicate.reason());
            case Verdict.Stale stale -> rulings.stale(session, arrival, stale);
            case Verdict.Refused refused -> rulings.refused(session, arrival, refused);
        };
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
