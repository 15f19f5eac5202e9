package io.leasehold.state.tenant;

import io.leasehold.ledger.api.IntakeReply;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.deadletter.RefusedEvent;
import io.leasehold.state.outbox.OutboxSignal;
import io.leasehold.state.problem.DatabaseFault;
import io.leasehold.state.source.Place;
import io.leasehold.state.source.SourceTopics;
import io.leasehold.state.source.Watermarks;
import io.leasehold.state.source.Watermarks.Partition;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Takes in records in order, many in a transaction: their verdicts, what follows from them and the
 * partitions' watermarks are durable together or not at all. Handing in the same again changes
 * nothing. Safe to share.
 */
@ApplicationScoped
class Intake {
    private static final Logger LOGGER = Logger.getLogger(Intake.class);
    private static final int TRIES = 5;

    /** More records in one transaction save little, and hold the locks of their tenants longer. */
    private static final int TOGETHER = 100;

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
        Pass pass = new Pass(told(request));
        Wakes wakes = new Wakes();
        return each(pass.told, topics::note)
                .chain(() -> each(request.items(), pass, wakes))
                .map(IntakeReply::new)
                .onTermination()
                .invoke(wakes::now);
    }

    private static Uni<Void> each(
            Set<SourceTopics.Told> told, Function<SourceTopics.Told, Uni<? extends Void>> act) {
        return Multi.createFrom()
                .iterable(told)
                .onItem()
                .<Void>transformToUniAndConcatenate(act)
                .collect()
                .asList()
                .replaceWithVoid();
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
        return Multi.createBy()
                .repeating()
                .uni(() -> next(items, pass))
                .whilst(_ -> pass.done < items.size())
                .invoke(wakes::nowAndThen)
                .onItem()
                .<IntakeReply.Verdict>disjoint()
                .collect()
                .asList();
    }

    /**
     * One request. Only its first record without a verdict stands at the watermark and is counted;
     * once it turns out to come again, each one is, to find the one that is at fault.
     */
    private static final class Pass {
        private final Set<SourceTopics.Told> told;
        private boolean counted;
        private boolean again;
        private int done;
        // Up to here each is judged alone: together, one of them was at fault.
        private int alone;

        private Pass(Set<SourceTopics.Told> told) {
            this.told = told;
        }
    }

    /** The next records: one that is counted, or as many as are judged together. */
    private Uni<List<IntakeReply.Verdict>> next(List<IntakeRequest.Item> items, Pass pass) {
        if (pass.done == items.size()) {
            return Uni.createFrom().item(List.of());
        }
        List<IntakeRequest.Item> left = items.subList(pass.done, items.size());
        List<IntakeRequest.Item> some = left.subList(0, Math.min(TOGETHER, left.size()));
        return (pass.counted && !pass.again ? uncounted(some, pass) : counted(some, pass))
                .invoke(verdicts -> pass.done += verdicts.size());
    }

    private Uni<List<IntakeReply.Verdict>> counted(List<IntakeRequest.Item> some, Pass pass) {
        IntakeRequest.Item item = some.getFirst();
        Place place = Place.of(item.raw().position());
        int failedElsewhere = excused.getOrDefault(place, 0);
        return sessions.withTransaction((session, _) ->
                        watermarks.count(session, place, Partway.ledgerAt(item), failedElsewhere))
                .call(delivery ->
                        delivery.topicNoted()
                                ? Uni.createFrom().voidItem()
                                : each(pass.told, topics::noteAgain))
                .chain(delivery -> {
                    Optional<TenantEvents.Outcome> unread = Partway.unread(item, delivery.next());
                    if (unread.isPresent()) {
                        return Uni.createFrom().item(List.of(Partway.verdict(item, unread.get())));
                    }
                    excused.remove(place);
                    pass.counted = true;
                    pass.again |= delivery.deliveries() > 1;
                    if (delivery.deliveries() >= config.poisonDeliveries()) {
                        return tried(item, place).map(List::of);
                    }
                    return pass.again ? judged(item).map(List::of) : uncounted(some, pass);
                });
    }

    private Uni<IntakeReply.Verdict> tried(IntakeRequest.Item item, Place place) {
        return sessions.withTransaction((session, _) ->
                        watermarks.endTrial(session, place, config.poisonDeliveries()))
                .onFailure(failure -> StorageFaults.of(failure) == DatabaseFault.AWAY)
                .invoke(() -> excuse(item))
                .chain(deliveries ->
                        deliveries.isPresent()
                                ? refused(item, Faulty.poison(item, deliveries.getAsInt()))
                                : judged(item));
    }

    /** In one transaction; each in one of its own when one of them is at fault. */
    private Uni<List<IntakeReply.Verdict>> uncounted(List<IntakeRequest.Item> some, Pass pass) {
        IntakeRequest.Item first = some.getFirst();
        if (some.size() == 1 || pass.done < pass.alone) {
            return judged(first).map(List::of);
        }
        return inTransaction(some, judging::judge)
                .onFailure(failure -> StorageFaults.of(failure) == DatabaseFault.AWAY)
                .invoke(() -> excuse(first))
                .onFailure(failure -> StorageFaults.of(failure) != DatabaseFault.AWAY)
                .recoverWithUni(() -> {
                    pass.alone = pass.done + some.size();
                    return judged(first).map(List::of);
                });
    }

    private void excuse(IntakeRequest.Item item) {
        excused.merge(Place.of(item.raw().position()), 1, Integer::sum);
    }

    private Uni<IntakeReply.Verdict> judged(IntakeRequest.Item item) {
        return inTransaction(List.of(item), judging::judge)
                .map(List::getFirst)
                .onFailure(failure -> isEventsFault(failure))
                .recoverWithUni(failure -> {
                    LOGGER.infof(
                            "the database refuses an event topic=%s offset=%d errorCode=%s",
                            item.raw().position().topic(),
                            item.raw().position().offset(),
                            StorageFaults.of(failure));
                    return refused(item, Faulty.unstorable(item));
                })
                .onFailure(failure -> StorageFaults.of(failure) == DatabaseFault.AWAY)
                .invoke(() -> excuse(item));
    }

    /**
     * A refusal must never fail for what it carries: one record that can be neither taken nor
     * refused would stop every tenant. What the database will not hold is refused by its origin.
     */
    private Uni<IntakeReply.Verdict> refused(IntakeRequest.Item item, RefusedEvent refused) {
        return inTransaction(List.of(item), refusing(refused))
                .onFailure(failure -> StorageFaults.of(failure) != DatabaseFault.AWAY)
                .recoverWithUni(
                        () -> inTransaction(List.of(item), refusing(Faulty.originOnly(refused))))
                .map(List::getFirst);
    }

    private Work refusing(RefusedEvent refused) {
        return (session, handed) ->
                judging.refuse(session, refused, handed.getFirst().reading()).map(List::of);
    }

    /** What is done with records that have no verdict yet. */
    private interface Work {
        Uni<List<TenantEvents.Outcome>> on(Mutiny.Session session, List<Judging.Handed> handed);
    }

    /** Under the locks of the partitions, which go on behind these records. */
    private Uni<List<IntakeReply.Verdict>> inTransaction(
            List<IntakeRequest.Item> items, Work work) {
        Set<Partition> partitions =
                items.stream()
                        .map(item -> Partition.of(Place.of(item.raw().position())))
                        .collect(Collectors.toSet());
        return Uni.createFrom()
                .deferred(() ->
                        sessions.withTransaction((session, _) ->
                                watermarks
                                        .lock(session, partitions)
                                        .map(marks -> new Partway(items, marks))
                                        .chain(partway ->
                                                work(session, partway, work)
                                                        .map(partway::verdicts))))
                .onFailure(JudgeAgain.class)
                .retry()
                .atMost(TRIES);
    }

    private Uni<List<TenantEvents.Outcome>> work(
            Mutiny.Session session, Partway partway, Work work) {
        return partway.handed().isEmpty()
                ? Uni.createFrom().item(List.of())
                : work.on(session, partway.handed())
                        .call(() -> watermarks.advance(session, partway.next()));
    }

    private static boolean isEventsFault(Throwable failure) {
        return switch (StorageFaults.of(failure)) {
            case VALUE, CONFLICT -> true;
            case AWAY, NONE -> false;
        };
    }
}
