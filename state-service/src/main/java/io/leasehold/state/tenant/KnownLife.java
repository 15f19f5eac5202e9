package io.leasehold.state.tenant;

import io.leasehold.state.source.PlaceDecider.Spot;
import org.jspecify.annotations.Nullable;

/**
 * A life as the ledger has it when an event arrives.
 *
 * @param deleted a delete was accepted for it
 * @param destroyFailed a destroy failed for good and was not asked for again
 * @param hashThen the spec hash that was accepted for the event's generation; null for none
 * @param spot where its newest event stood; null where that was never written down
 */
public record KnownLife(
        int incarnation,
        long generation,
        String specHash,
        boolean deleted,
        boolean destroyFailed,
        @Nullable String hashThen,
        @Nullable Spot spot) {}
