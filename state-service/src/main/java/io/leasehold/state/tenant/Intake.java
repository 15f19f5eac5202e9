package io.leasehold.state.tenant;

import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.IntakeReply;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.ledger.api.Judgement;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.deadletter.RefusedEvent;
import io.leasehold.state.outbox.OutboxSignal;
import io.leasehold.state.problem.DatabaseFault;
import io.leasehold.state.source.Place;
import io.leasehold.state.source.SourceTopics;
import io.leasehold.state.source.Watermarks;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Takes in records in order, each in a transaction of its own: verdict, what follows from it and
 * the partition's watermark are durable together or not at all. Handing in the same again changes
 * nothing. Safe to share.
 */
@ApplicationScoped
class Intake {
    private static final Logger LOGGER = Logger.getLogger(Intake.class);
    private static final int TRIES = 5;

    private final Mutiny.SessionFactory sessions;
    private final SourceTopics topics;
    private final Watermarks watermarks;
    private final Judging judging;
    private final IntakeConfig config;
    private final Signal claims;
    private final OutboxSignal outbox;
    // Deliveries that failed because the database did, which must not make poison of a record.
    private final Map<Place, Integer> excused = new ConcurrentHashMap<>();

    Intake(
            Mutiny.SessionFactory sessions,
            SourceTopics topics,
            Watermarks watermarks,
            Judging judging,
            IntakeConfig config,
            @Named(Startup.CLAIMS) Signal claims,
            OutboxSignal outbox) {
        this.sessions = sessions;
        this.topics = topics;
        this.watermarks = watermarks;
        this.judging = judging;
        this.config = config;
        this.claims = claims;
        this.outbox = outbox;
    }

    /** Takes in the records of a topic, those of each partition in their order. */
    Uni<IntakeReply> take(IntakeRequest request) {
        Pass pass = new Pass();
        Wakes wakes = new Wakes();
        return Multi.createFrom()
                .iterable(told(request))
                .onItem()
                .transformToUniAndConcatenate(topics::note)
                .collect()
                .asList()
                .chain(() -> each(request.items(), pass, wakes))
                .map(IntakeReply::new)
                .onTermination()
                .invoke(wakes::now);
    }

    /** A large request lets go on who waits while it is at work, not only when it is through. */
    private final class Wakes {
        private static final long PAUSE_NANOS = 20_000_000;

        private long last = System.nanoTime() - PAUSE_NANOS;

        void nowAndThen() {
            if (System.nanoTime() - last >= PAUSE_NANOS) {
                now();
            }
        }

        void now() {
            claims.wake();
            outbox.wakeAll();
            last = System.nanoTime();
        }
    }

    private static Set<SourceTopics.Told> told(IntakeRequest request) {
        Integer partitions = request.partitions();
        return request.items().stream()
                .map(item -> Place.of(item.raw().position()))
                .map(place ->
                        new SourceTopics.Told(
                                place.topic(),
                                place.topicId(),
                                partitions == null ? 0 : partitions))
                .collect(Collectors.toSet());
    }

    private Uni<List<IntakeReply.Verdict>> each(
            List<IntakeRequest.Item> items, Pass pass, Wakes wakes) {
        return Multi.createFrom()
                .iterable(items)
                .onItem()
                .transformToUniAndConcatenate(item -> one(item, pass))
                .invoke(wakes::nowAndThen)
                .collect()
                .asList();
    }

    /**
     * One request. Only its first record without a verdict stands at the watermark and is counted;
     * once it turns out to come again, each one is, to find the one that is at fault.
     */
    private static final class Pass {
        private boolean counted;
        private boolean again;
    }

    private Uni<IntakeReply.Verdict> one(IntakeRequest.Item item, Pass pass) {
        Place place = Place.of(item.raw().position());
        if (pass.counted && !pass.again) {
            return judged(item);
        }
        int failedElsewhere = excused.getOrDefault(place, 0);
        return sessions.withTransaction((session, _) ->
                        watermarks.count(session, place, ledgerAt(item), failedElsewhere))
                .chain(delivery -> {
                    Optional<TenantEvents.Outcome> unread = unread(item, delivery.next());
                    if (unread.isPresent()) {
                        return Uni.createFrom().item(verdict(item, unread.get()));
                    }
                    excused.remove(place);
                    pass.counted = true;
                    pass.again |= delivery.deliveries() > 1;
                    return delivery.deliveries() >= config.poisonDeliveries()
                            ? refused(item, poison(item))
                            : judged(item);
                });
    }

    /** What is not to be looked at: it has its verdict, or what comes before it is lacking. */
    private static Optional<TenantEvents.Outcome> unread(IntakeRequest.Item item, long next) {
        if (next > item.raw().position().offset()) {
            return Optional.of(TenantEvents.Outcome.of(Disposition.BELOW_WATERMARK));
        }
        return next < ledgerAt(item)
                ? Optional.of(
                        new TenantEvents.Outcome(
                                Disposition.BEHIND, null, "the ledger stands at offset " + next))
                : Optional.empty();
    }

    private static long ledgerAt(IntakeRequest.Item item) {
        Long told = item.ledgerAt();
        return told == null ? 0 : told;
    }

    private Uni<IntakeReply.Verdict> judged(IntakeRequest.Item item) {
        return inTransaction(item, (session, reading) -> judging.judge(session, item, reading))
                .onFailure(failure -> isEventsFault(failure))
                .recoverWithUni(failure -> {
                    LOGGER.infof(
                            "the database refuses an event topic=%s offset=%d errorCode=%s",
                            item.raw().position().topic(),
                            item.raw().position().offset(),
                            StorageFaults.of(failure));
                    return refused(item, unstorable(item));
                })
                .onFailure(failure -> StorageFaults.of(failure) == DatabaseFault.AWAY)
                .invoke(() -> excused.merge(Place.of(item.raw().position()), 1, Integer::sum));
    }

    /**
     * A refusal must never fail for what it carries: one record that can be neither taken nor
     * refused would stop every tenant. What the database will not hold is refused by its origin.
     */
    private Uni<IntakeReply.Verdict> refused(IntakeRequest.Item item, RefusedEvent refused) {
        return inTransaction(item, (session, reading) -> judging.refuse(session, refused, reading))
                .onFailure(failure -> StorageFaults.of(failure) != DatabaseFault.AWAY)
                .recoverWithUni(() ->
                        inTransaction(
                                item,
                                (session, reading) ->
                                        judging.refuse(session, originOnly(refused), reading)));
    }

    private Uni<IntakeReply.Verdict> inTransaction(
            IntakeRequest.Item item,
            BiFunction<Mutiny.Session, Integer, Uni<TenantEvents.Outcome>> work) {
        Place place = Place.of(item.raw().position());
        return Uni.createFrom()
                .deferred(() ->
                        sessions.withTransaction((session, _) ->
                                watermarks
                                        .lock(session, place)
                                        .chain(mark ->
                                                unread(item, mark.next())
                                                        .map(Uni.createFrom()::item)
                                                        .orElseGet(() ->
                                                                work.apply(session, mark.reading())
                                                                        .call(() ->
                                                                                watermarks.advance(
                                                                                        session,
                                                                                        place))))))
                .onFailure(JudgeAgain.class)
                .retry()
                .atMost(TRIES)
                .map(outcome -> verdict(item, outcome));
    }

    private static IntakeReply.Verdict verdict(
            IntakeRequest.Item item, TenantEvents.Outcome outcome) {
        return new IntakeReply.Verdict(
                item.raw().position(), outcome.disposition(), outcome.code(), outcome.reason());
    }

    private static boolean isEventsFault(Throwable failure) {
        return switch (StorageFaults.of(failure)) {
            case VALUE, CONFLICT -> true;
            case AWAY, NONE -> false;
        };
    }

    private RefusedEvent poison(IntakeRequest.Item item) {
        return new RefusedEvent(
                item.raw(),
                ErrorCode.POISON.name(),
                "handed in " + config.poisonDeliveries() + " times without a verdict",
                keepsBytes(item),
                null,
                null,
                null,
                null,
                null);
    }

    /** Bytes with a secret are not kept, whatever they are refused for. */
    private static boolean keepsBytes(IntakeRequest.Item item) {
        return switch (item.judgement()) {
            case Judgement.Refused refused -> refused.keepBytes();
            case Judgement.WellFormed _ -> true;
        };
    }

    private static RefusedEvent originOnly(RefusedEvent refused) {
        return new RefusedEvent(
                new RawRecord(
                        refused.raw().position(),
                        refused.raw().timestampMillis(),
                        null,
                        null,
                        List.of()),
                refused.code(),
                "the ledger cannot hold a value of this event",
                false,
                null,
                null,
                null,
                null,
                null);
    }

    /** What intake refused keeps its code, and its secret: only another fault becomes this one. */
    private static RefusedEvent unstorable(IntakeRequest.Item item) {
        return switch (item.judgement()) {
            case Judgement.Refused refused -> unstorable(item, refused.code(), refused.keepBytes());
            case Judgement.WellFormed _ ->
                    unstorable(item, ErrorCode.SCHEMA_VIOLATION.name(), true);
        };
    }

    private static RefusedEvent unstorable(
            IntakeRequest.Item item, String code, boolean keepBytes) {
        return new RefusedEvent(
                item.raw(),
                code,
                "the ledger cannot hold a value of this event",
                keepBytes,
                null,
                null,
                null,
                null,
                null);
    }
}
