package io.leasehold.state.tenant;

import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.state.deadletter.DeadLetters;
import io.leasehold.state.deadletter.RefusedEvent;
import io.leasehold.state.source.Place;
import io.leasehold.state.stack.EventEnds;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what became of events that change nothing: their rows, dead letters and alarms, in
 * the caller's transaction. Safe to share.
 */
@ApplicationScoped
class Rulings {
    private static final Logger LOGGER = Logger.getLogger(Rulings.class);

    private final TenantEvents events;
    private final DeadLetters deadLetters;
    private final EventEnds ends;
    private final Alarms alarms;

    Rulings(TenantEvents events, DeadLetters deadLetters, EventEnds ends, Alarms alarms) {
        this.events = events;
        this.deadLetters = deadLetters;
        this.ends = ends;
        this.alarms = alarms;
    }

    /** A record that is no event, or one that can never be accepted: a dead letter and its row. */
    Uni<TenantEvents.Outcome> refused(Mutiny.Session session, RefusedEvent refused, int reading) {
        return deadLetters
                .refused(session, refused)
                .chain(letter -> {
                    LOGGER.infof(
                            "event dead-lettered topic=%s partition=%d offset=%d errorCode=%s"
                                    + " deadLetterId=%s",
                            refused.raw().position().topic(),
                            refused.raw().position().partition(),
                            refused.raw().position().offset(),
                            refused.code(),
                            letter);
                    return recorded(
                            session,
                            refused,
                            reading,
                            new TenantEvents.Outcome(
                                    Disposition.DEAD_LETTERED, refused.code(), refused.reason()));
                });
    }

    /** An event that the ledger refuses. */
    Uni<TenantEvents.Outcome> refused(
            Mutiny.Session session, Arrival arrival, Verdict.Refused verdict) {
        boolean keepBytes = !verdict.code().equals(ErrorCode.VAR_SENSITIVE_INLINE.name());
        return alarm(session, arrival.change(), verdict.alarm(), verdict.reason())
                .chain(() ->
                        refused(
                                session,
                                arrival.refused(verdict.code(), verdict.reason(), keepBytes),
                                arrival.reading()));
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
                                        change.generation(),
                                        outcome.disposition(),
                                        outcome.code(),
                                        outcome.reason(),
                                        arrival.event().eventId())));
    }

    /** An event that was seen before. */
    Uni<TenantEvents.Outcome> duplicate(Mutiny.Session session, Arrival arrival, String reason) {
        return recorded(
                session, arrival, new TenantEvents.Outcome(Disposition.DUPLICATE, null, reason));
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
