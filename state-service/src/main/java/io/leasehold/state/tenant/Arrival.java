package io.leasehold.state.tenant;

import io.leasehold.ledger.api.Judgement;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.state.deadletter.RefusedEvent;
import io.leasehold.state.source.Place;
import org.jspecify.annotations.Nullable;

/**
 * A well-formed event on its way through.
 *
 * @param reading which reading of its partition it came in
 */
record Arrival(RawRecord raw, int reading, Judgement.WellFormed event, Change change) {

    Place place() {
        return Place.of(raw.position());
    }

    /** Null where it is larger than any life can be. */
    @Nullable Integer incarnation() {
        return change.incarnation() > Integer.MAX_VALUE ? null : (int) change.incarnation();
    }

    /** Its row, with what became of it. */
    TenantEvents.Entry entry(TenantEvents.Outcome outcome) {
        return new TenantEvents.Entry(
                place(),
                reading,
                change.tenantId(),
                incarnation(),
                change.generation(),
                event.eventId(),
                event.eventType(),
                outcome);
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
                change.generation(),
                event.eventId(),
                event.eventType());
    }
}
