package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/** One event of a tenant with its disposition. */
public record EventView(
        SourcePosition position,
        @Nullable String eventId,
        @Nullable String eventType,
        @Nullable Integer incarnation,
        @Nullable Long generation,
        Disposition disposition,
        @Nullable String code,
        @Nullable String reason,
        String receivedAt) {}
