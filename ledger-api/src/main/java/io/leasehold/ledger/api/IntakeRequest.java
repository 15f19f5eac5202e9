package io.leasehold.ledger.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records of one topic, each partition's in rising offset order, each with its judgement.
 *
 * @param partitions how many the topic has; null where the reader does not tell
 */
public record IntakeRequest(List<Item> items, @Nullable Integer partitions) {

    /** Takes a copy of the list. */
    public IntakeRequest {
        items = List.copyOf(items);
    }

    /** From a reader that does not tell how many partitions there are. */
    public IntakeRequest(List<Item> items) {
        this(items, null);
    }

    /**
     * One record and what intake says of it.
     *
     * @param ledgerAt the offset behind which the record was read, with nothing between: a ledger
     *     that stands lower lacks what came before and takes nothing that follows it; null where
     *     the reader does not tell
     */
    public record Item(RawRecord raw, Judgement judgement, @Nullable Long ledgerAt) {

        /** From a reader that does not say where it believes the ledger to be. */
        public Item(RawRecord raw, Judgement judgement) {
            this(raw, judgement, null);
        }
    }
}
