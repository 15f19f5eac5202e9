package io.leasehold.state.tenant;

import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.ledger.api.Judgement;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.state.deadletter.RefusedEvent;
import java.util.List;

/**
 * How records are refused that are themselves at fault: they end processes, or cannot be stored.
 */
final class Faulty {
    private Faulty() {}

    /** It was handed in so often without a verdict that it is taken for the cause. */
    static RefusedEvent poison(IntakeRequest.Item item, int deliveries) {
        return new RefusedEvent(
                item.raw(),
                ErrorCode.POISON.name(),
                "handed in " + deliveries + " times without a verdict",
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

    /** The same by its origin alone: the rest of it is what the database will not hold. */
    static RefusedEvent originOnly(RefusedEvent refused) {
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
    static RefusedEvent unstorable(IntakeRequest.Item item) {
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
