package io.leasehold.state.tenant;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.Headers;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.ledger.api.Judgement;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.state.blueprint.Blueprint;
import io.leasehold.state.blueprint.Blueprints;
import io.leasehold.state.deadletter.DeadLetters;
import io.leasehold.state.deadletter.RefusedEvent;
import io.leasehold.state.deadletter.ReplayMark;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

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
    private final VerdictDecider decider = new VerdictDecider();

    Judging(
            Lives lives,
            Blueprints blueprints,
            DeadLetters deadLetters,
            Acceptance acceptance,
            Rulings rulings) {
        this.lives = lives;
        this.blueprints = blueprints;
        this.deadLetters = deadLetters;
        this.acceptance = acceptance;
        this.rulings = rulings;
    }

    /**
     * @param reading which reading of the partition the record came in
     */
    Uni<TenantEvents.Outcome> judge(Mutiny.Session session, IntakeRequest.Item item, int reading) {
        return replayMark(session, item.raw())
                .chain(mark ->
                        switch (item.judgement()) {
                            case Judgement.Refused refused ->
                                    refused(
                                            session,
                                            RefusedEvent.of(item.raw(), refused),
                                            reading,
                                            mark);
                            case Judgement.WellFormed event ->
                                    wellFormed(
                                            session,
                                            new Arrival(item.raw(), reading, event, change(event)),
                                            mark);
                        });
    }

    /** Records a refused event: a dead letter and its row. */
    Uni<TenantEvents.Outcome> refuse(Mutiny.Session session, RefusedEvent refused, int reading) {
        return rulings.refused(session, refused, reading);
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

    private Uni<TenantEvents.Outcome> refused(
            Mutiny.Session session, RefusedEvent refused, int reading, ReplayMark mark) {
        return mark == ReplayMark.SEEN
                ? rulings.duplicate(session, refused, reading, REPLAY_SEEN)
                : rulings.refused(session, refused, reading);
    }

    private Uni<TenantEvents.Outcome> wellFormed(
            Mutiny.Session session, Arrival arrival, ReplayMark mark) {
        if (mark == ReplayMark.SEEN) {
            return rulings.duplicate(session, arrival, REPLAY_SEEN);
        }
        Change change = arrival.change();
        return lives.lock(session, change.tenantId(), change.generation())
                .chain(known ->
                        blueprint(session, change)
                                .chain(blueprint -> decide(session, arrival, known, blueprint)));
    }

    private Uni<Optional<Blueprint>> blueprint(Mutiny.Session session, Change change) {
        return change.delete() || change.blueprint() == null
                ? Uni.createFrom().item(Optional.empty())
                : blueprints.find(session, change.blueprint());
    }

    private Uni<TenantEvents.Outcome> decide(
            Mutiny.Session session,
            Arrival arrival,
            List<KnownLife> known,
            Optional<Blueprint> blueprint) {
        Optional<SpecCheck.Fault> fault =
                blueprint.flatMap(found -> SpecCheck.fault(found, arrival.change()));
        if (fault.isPresent()) {
            return rulings.refused(
                    session,
                    arrival,
                    new Verdict.Refused(fault.get().code(), null, fault.get().reason()));
        }
        return switch (decider.decide(known, arrival.change())) {
            case Verdict.Accepted accepted ->
                    acceptance.accept(session, arrival, accepted.newLife(), blueprint.isPresent());
            case Verdict.Duplicate duplicate ->
                    rulings.duplicate(session, arrival, duplicate.reason());
            case Verdict.Stale stale -> rulings.stale(session, arrival, stale);
            case Verdict.Refused refused -> rulings.refused(session, arrival, refused);
        };
    }

    private static Change change(Judgement.WellFormed event) {
        if (event.data() instanceof ObjectNode data) {
            return Change.of(data, event.specHash());
        }
        throw new IllegalArgumentException("the data of a tenant event is an object");
    }
}
