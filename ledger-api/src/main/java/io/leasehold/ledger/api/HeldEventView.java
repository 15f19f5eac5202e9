package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * An event that is held since it cannot be put in order.
 *
 * @param reason why it cannot
 */
public record HeldEventView(
        String tenantId,
        SourcePosition position,
        @Nullable String eventId,
        @Nullable String eventType,
        @Nullable String reason,
        String heldAt) {}
