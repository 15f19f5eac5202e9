package io.leasehold.state.tenant;

import io.leasehold.events.intake.Ordering;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.ledger.api.Judgement;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.state.deadletter.RefusedEvent;
import io.leasehold.state.source.Place;
import org.jspecify.annotations.Nullable;

/**
 * A well-formed event on its way through.
 *
 * @param row the number of its row, when it was held; null when it has none yet
 * @param reading which reading of its partition it came in
 * @param stands its place in the order of its source: of a replay, where what was sent first stood
 */
record Arrival(
        @Nullable Long row,
        RawRecord raw,
        int reading,
        Place stands,
        Ordering ordering,
        Judgement.WellFormed event,
        Change change) {

    /** The same, as that generation. */
    Arrival as(long generation) {
        return new Arrival(row, raw, reading, stands, ordering, event, change.as(generation));
    }

    /** As it was handed in. */
    IntakeRequest.Item item() {
        return new IntakeRequest.Item(raw, event);
    }

    /** Null where it is larger than any life can be. */
    @Nullable Integer incarnation() {
        return change.incarnation() > Integer.MAX_VALUE ? null : (int) change.incarnation();
    }

    /** Its row, with what became of it. */
    TenantEvents.Entry entry(TenantEvents.Outcome outcome) {
        return new TenantEvents.Entry(
                row,
                Place.of(raw.position()),
                reading,
                change.tenantId(),
                incarnation(),
                outcome.disposition() == Disposition.PENDING ? counted() : said(),
                event.eventId(),
                event.eventType(),
                outcome);
    }

    /** The generation it says of itself; null where its source says none. */
    @Nullable Long said() {
        return switch (ordering) {
            case GENERATION, LEFT_TO_LEDGER -> change.generation();
            case POSITION -> null;
        };
    }

    /** The generation it is, once accepted; null where that is not known yet. */
    private @Nullable Long counted() {
        return change.generation() == 0 ? null : change.generation();
    }

    /** The same event, refused. */
    RefusedEvent refused(String code, String reason, boolean keepBytes) {
        return new RefusedEvent(
                raw,
                code,
                reason,
                keepBytes,
                change.tenantId(),
                incarnation(),
                said(),
                event.eventId(),
                event.eventType(),
                change.blueprint() == null ? null : change.blueprint().toString());
    }
}
