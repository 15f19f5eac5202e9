package io.leasehold.state.tenant;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.ErrorCode;
import io.leasehold.events.Headers;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.ledger.api.Judgement;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.blueprint.Blueprint;
import io.leasehold.state.blueprint.Blueprints;
import io.leasehold.state.deadletter.DeadLetters;
import io.leasehold.state.deadletter.RefusedEvent;
import io.leasehold.state.deadletter.ReplayMark;
import io.leasehold.state.stack.EventEnds;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Gives one record its verdict and writes down what follows from it, in the caller's transaction
 * and under the partition's lock.
 */
@ApplicationScoped
class Judging {
    private static final Logger LOGGER = Logger.getLogger(Judging.class);

    private final Lives lives;
    private final TenantEvents events;
    private final Blueprints blueprints;
    private final DeadLetters deadLetters;
    private final Acceptance acceptance;
    private final EventEnds ends;
    private final Audit audit;
    private final VerdictDecider decider = new VerdictDecider();

    Judging(
            Lives lives,
            TenantEvents events,
            Blueprints blueprints,
            DeadLetters deadLetters,
            Acceptance acceptance,
            EventEnds ends,
            Audit audit) {
        this.lives = lives;
        this.events = events;
        this.blueprints = blueprints;
        this.deadLetters = deadLetters;
        this.acceptance = acceptance;
        this.ends = ends;
        this.audit = audit;
    }

    Uni<TenantEvents.Outcome> judge(Mutiny.Session session, IntakeRequest.Item item) {
        return replayMark(session, item.raw())
                .chain(mark ->
                        mark == ReplayMark.SEEN
                                ? seenReplay(session, item)
                                : byJudgement(session, item));
    }

    private Uni<TenantEvents.Outcome> byJudgement(Mutiny.Session session, IntakeRequest.Item item) {
        return switch (item.judgement()) {
            case Judgement.Refused refused -> refuse(session, RefusedEvent.of(item.raw(), refused));
            case Judgement.WellFormed event -> wellFormed(session, item.raw(), event);
        };
    }

    private Uni<ReplayMark> replayMark(Mutiny.Session session, RawRecord raw) {
        Optional<String> id =
                raw.headers().stream()
                        .filter(header -> header.name().equals(Headers.REPLAY_ID))
                        .map(RawHeader::value)
                        .map(value -> new String(value, StandardCharsets.UTF_8))
                        .reduce((_, last) -> last);
        return id.isEmpty()
                ? Uni.createFrom().item(ReplayMark.UNKNOWN)
                : deadLetters.honour(session, id.get());
    }

    private Uni<TenantEvents.Outcome> seenReplay(Mutiny.Session session, IntakeRequest.Item item) {
        TenantEvents.Outcome outcome =
                new TenantEvents.Outcome(
                        Disposition.DUPLICATE, null, "this replay was taken in before");
        return switch (item.judgement()) {
            case Judgement.Refused refused ->
                    record(session, RefusedEvent.of(item.raw(), refused), outcome);
            case Judgement.WellFormed event ->
                    record(session, item.raw(), change(event), event, outcome);
        };
    }

    /** Records a refused event: a dead letter and its row. */
    Uni<TenantEvents.Outcome> refuse(Mutiny.Session session, RefusedEvent refused) {
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
                    return record(
                            session,
                            refused,
                            new TenantEvents.Outcome(
                                    Disposition.DEAD_LETTERED, refused.code(), refused.reason()));
                });
    }

    private Uni<TenantEvents.Outcome> wellFormed(
            Mutiny.Session session, RawRecord raw, Judgement.WellFormed event) {
        Change change = change(event);
        return lives.lock(session, change.tenantId(), change.generation())
                .chain(known ->
                        blueprint(session, change)
                                .chain(blueprint ->
                                        decide(
                                                session,
                                                new Arrival(raw, event, change),
                                                known,
                                                blueprint)));
    }

    private Uni<Optional<Blueprint>> blueprint(Mutiny.Session session, Change change) {
        return change.delete() || change.blueprint() == null
                ? Uni.createFrom().item(Optional.empty())
                : blueprints.find(session, change.blueprint());
    }

    /** A well-formed event on its way through. */
    record Arrival(RawRecord raw, Judgement.WellFormed event, Change change) {}

    private Uni<TenantEvents.Outcome> decide(
            Mutiny.Session session,
            Arrival arrival,
            List<KnownLife> known,
            Optional<Blueprint> blueprint) {
        Optional<SpecCheck.Fault> fault =
                blueprint.flatMap(found -> SpecCheck.fault(found, arrival.change()));
        if (fault.isPresent()) {
            return refuse(session, arrival, fault.get().code(), fault.get().reason());
        }
        return switch (decider.decide(known, arrival.change())) {
            case Verdict.Accepted accepted ->
                    acceptance.accept(session, arrival, accepted.newLife(), blueprint.isPresent());
            case Verdict.Duplicate duplicate ->
                    record(
                            session,
                            arrival,
                            new TenantEvents.Outcome(
                                    Disposition.DUPLICATE, null, duplicate.reason()));
            case Verdict.Stale stale ->
                    alarm(session, arrival.change(), stale.alarm(), stale.reason())
                            .chain(() -> stale(session, arrival, stale));
            case Verdict.Refused refused ->
                    alarm(session, arrival.change(), refused.alarm(), refused.reason())
                            .chain(() ->
                                    refuse(session, arrival, refused.code(), refused.reason()));
        };
    }

    private Uni<TenantEvents.Outcome> stale(
            Mutiny.Session session, Arrival arrival, Verdict.Stale stale) {
        Change change = arrival.change();
        return record(
                        session,
                        arrival,
                        new TenantEvents.Outcome(Disposition.STALE, stale.alarm(), stale.reason()))
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

    private Uni<Void> alarm(
            Mutiny.Session session, Change change, @Nullable String alarm, String reason) {
        if (alarm == null) {
            return Uni.createFrom().voidItem();
        }
        LOGGER.warnf(
                "alarm tenantId=%s incarnation=%d generation=%d errorCode=%s",
                change.tenantId(), change.incarnation(), change.generation(), alarm);
        return audit.record(
                session,
                "ledger",
                "alarm-" + alarm.toLowerCase(Locale.ROOT).replace('_', '-'),
                change.tenantId() + "/" + change.incarnation(),
                reason);
    }

    private Uni<TenantEvents.Outcome> refuse(
            Mutiny.Session session, Arrival arrival, String code, String reason) {
        Change change = arrival.change();
        return refuse(
                session,
                new RefusedEvent(
                        arrival.raw(),
                        code,
                        reason,
                        !code.equals(ErrorCode.VAR_SENSITIVE_INLINE.name()),
                        change.tenantId(),
                        incarnation(change),
                        change.generation(),
                        arrival.event().eventId(),
                        arrival.event().eventType()));
    }

    private Uni<TenantEvents.Outcome> record(
            Mutiny.Session session, Arrival arrival, TenantEvents.Outcome outcome) {
        return record(session, arrival.raw(), arrival.change(), arrival.event(), outcome);
    }

    private Uni<TenantEvents.Outcome> record(
            Mutiny.Session session,
            RawRecord raw,
            Change change,
            Judgement.WellFormed event,
            TenantEvents.Outcome outcome) {
        return events.record(
                        session,
                        new TenantEvents.Entry(
                                raw.position(),
                                change.tenantId(),
                                incarnation(change),
                                change.generation(),
                                event.eventId(),
                                event.eventType(),
                                outcome))
                .replaceWith(outcome);
    }

    private Uni<TenantEvents.Outcome> record(
            Mutiny.Session session, RefusedEvent refused, TenantEvents.Outcome outcome) {
        return events.record(
                        session,
                        new TenantEvents.Entry(
                                refused.raw().position(),
                                refused.tenantId(),
                                refused.incarnation(),
                                refused.generation(),
                                refused.eventId(),
                                refused.eventType(),
                                outcome))
                .replaceWith(outcome);
    }

    /** Null where it is larger than any life can be. */
    private static @Nullable Integer incarnation(Change change) {
        return change.incarnation() > Integer.MAX_VALUE ? null : (int) change.incarnation();
    }

    private static Change change(Judgement.WellFormed event) {
        if (event.data() instanceof ObjectNode data) {
            return Change.of(data, event.specHash());
        }
        throw new IllegalArgumentException("the data of a tenant event is an object");
    }
}
