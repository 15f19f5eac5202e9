package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.Judgement;
import io.leasehold.ledger.api.RawRecord;
import org.jspecify.annotations.Nullable;

/**
 * An event that can never be accepted.
 *
 * @param raw the record byte for byte
 * @param code stable error code of the event contract
 * @param reason for the publisher, without values that may be secret
 * @param keepBytes false when the bytes hold a secret: then only the origin is kept and sent
 * @param tenantId the tenant it names, when that much could be read
 * @param blueprint name@version of the blueprint it names, when that much is known
 */
public record RefusedEvent(
        RawRecord raw,
        String code,
        String reason,
        boolean keepBytes,
        @Nullable String tenantId,
        @Nullable Integer incarnation,
        @Nullable Long generation,
        @Nullable String eventId,
        @Nullable String eventType,
        @Nullable String blueprint) {

    /** One of which no blueprint is known. */
    public RefusedEvent(
            RawRecord raw,
            String code,
            String reason,
            boolean keepBytes,
            @Nullable String tenantId,
            @Nullable Integer incarnation,
            @Nullable Long generation,
            @Nullable String eventId,
            @Nullable String eventType) {
        this(
                raw,
                code,
                reason,
                keepBytes,
                tenantId,
                incarnation,
                generation,
                eventId,
                eventType,
                null);
    }

    /** What intake refused without the ledger. */
    public static RefusedEvent of(RawRecord raw, Judgement.Refused refused) {
        return new RefusedEvent(
                raw,
                refused.code(),
                refused.reason(),
                refused.keepBytes(),
                refused.tenantId(),
                null,
                null,
                refused.eventId(),
                refused.eventType());
    }
}
