package io.leasehold.state.tenant;

import io.leasehold.events.Alarm;
import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.state.deadletter.DeadLetters;
import io.leasehold.state.deadletter.RefusedEvent;
import io.leasehold.state.source.Place;
import io.leasehold.state.stack.EventEnds;
import io.leasehold.state.stack.LifeRef;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Objects;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what became of events that change nothing: their rows, dead letters and alarms, in
 * the caller's transaction. Safe to share.
 */
@ApplicationScoped
class Rulings {
    private final TenantEvents events;
    private final DeadLetters deadLetters;
    private final EventEnds ends;
    private final HeldRecords held;
    private final Alarms alarms;

    Rulings(
            TenantEvents events,
            DeadLetters deadLetters,
            EventEnds ends,
            HeldRecords held,
            Alarms alarms) {
        this.events = events;
        this.deadLetters = deadLetters;
        this.ends = ends;
        this.held = held;
        this.alarms = alarms;
    }

    /** A record that is no event, or one that can never be accepted: a dead letter and its row. */
    Uni<TenantEvents.Outcome> refused(Mutiny.Session session, RefusedEvent refused, int reading) {
        return deadLetters
                .refused(session, refused)
                .chain(() ->
                        recorded(
                                session,
                                refused,
                                reading,
                                new TenantEvents.Outcome(
                                        Disposition.DEAD_LETTERED,
                                        refused.code(),
                                        refused.reason())));
    }

    /** An event that the ledger refuses. */
    Uni<TenantEvents.Outcome> refused(
            Mutiny.Session session, Arrival arrival, Verdict.Refused verdict) {
        boolean keepBytes = !verdict.code().equals(ErrorCode.VAR_SENSITIVE_INLINE.name());
        return alarm(session, arrival.change(), verdict.alarm(), verdict.reason())
                .chain(() ->
                        deadLetters.refused(
                                session,
                                arrival.refused(verdict.code(), verdict.reason(), keepBytes)))
                .chain(() ->
                        recorded(
                                session,
                                arrival,
                                new TenantEvents.Outcome(
                                        Disposition.DEAD_LETTERED,
                                        verdict.code(),
                                        verdict.reason())));
    }

    /** An event that is older than what is wanted. */
    Uni<TenantEvents.Outcome> stale(
            Mutiny.Session session, Arrival arrival, Verdict.Stale verdict) {
        Change change = arrival.change();
        return alarm(session, change, verdict.alarm(), verdict.reason())
                .chain(() ->
                        recorded(
                                session,
                                arrival,
                                new TenantEvents.Outcome(
                                        Disposition.STALE, verdict.alarm(), verdict.reason())))
                .call(outcome ->
                        ends.tell(
                                session,
                                new EventEnds.News(
                                        change.tenantId(),
                                        (int) change.incarnation(),
                                        Objects.requireNonNullElse(arrival.said(), 0L),
                                        outcome.disposition(),
                                        outcome.code(),
                                        outcome.reason(),
                                        arrival.event().eventId())));
    }

    /** An event that was seen before. */
    Uni<TenantEvents.Outcome> duplicate(Mutiny.Session session, Arrival arrival, String reason) {
        return duplicates(session, List.of(new Duplicate(arrival, reason))).map(List::getFirst);
    }

    /** An event that was seen before, and why that is said of it. */
    record Duplicate(Arrival arrival, String reason) {
        private TenantEvents.Outcome outcome() {
            return new TenantEvents.Outcome(Disposition.DUPLICATE, null, reason);
        }
    }

    /** Events that were seen before; gives in this order what became of them. */
    Uni<List<TenantEvents.Outcome>> duplicates(Mutiny.Session session, List<Duplicate> duplicates) {
        return events.record(
                        session,
                        duplicates.stream()
                                .map(each -> each.arrival().entry(each.outcome()))
                                .toList())
                .replaceWith(duplicates.stream().map(Duplicate::outcome).toList());
    }

    /** A refused record that was seen before. */
    Uni<TenantEvents.Outcome> duplicate(
            Mutiny.Session session, RefusedEvent refused, int reading, String reason) {
        return recorded(
                session,
                refused,
                reading,
                new TenantEvents.Outcome(Disposition.DUPLICATE, null, reason));
    }

    /** An event that cannot be put in order: it waits for an operator, who hears of the first. */
    Uni<TenantEvents.Outcome> held(Mutiny.Session session, Arrival arrival, String reason) {
        TenantEvents.Outcome outcome =
                new TenantEvents.Outcome(Disposition.PENDING, Alarm.SOURCE_CHANGED.name(), reason);
        return held.any(session, arrival.change().tenantId())
                .chain(others ->
                        others
                                ? Uni.createFrom().voidItem()
                                : alarm(session, arrival.change(), outcome.code(), reason))
                .chain(() -> events.record(session, arrival.entry(outcome)))
                .chain(row -> held.keep(session, row, arrival))
                .replaceWith(outcome);
    }

    private Uni<Void> alarm(
            Mutiny.Session session, Change change, @Nullable String alarm, String reason) {
        return alarm == null
                ? Uni.createFrom().voidItem()
                : alarms.raise(
                        session,
                        new LifeRef(change.tenantId(), (int) change.incarnation()),
                        alarm,
                        reason);
    }

    private Uni<TenantEvents.Outcome> recorded(
            Mutiny.Session session, Arrival arrival, TenantEvents.Outcome outcome) {
        return events.record(session, arrival.entry(outcome)).replaceWith(outcome);
    }

    private Uni<TenantEvents.Outcome> recorded(
            Mutiny.Session session,
            RefusedEvent refused,
            int reading,
            TenantEvents.Outcome outcome) {
        return events.record(
                        session,
                        new TenantEvents.Entry(
                                null,
                                Place.of(refused.raw().position()),
                                reading,
                                refused.tenantId(),
                                refused.incarnation(),
                                refused.generation(),
                                refused.eventId(),
                                refused.eventType(),
                                outcome))
                .replaceWith(outcome);
    }
}
