package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * A dead letter to be taken elsewhere: one line of an export. What was sent is in it byte for byte,
 * in Base64.
 *
 * @param format 1
 * @param original null when only the origin was kept, and for runs
 * @param edited a corrected copy
 */
public record LetterCopy(
        int format,
        String id,
        String kind,
        String status,
        String code,
        String reason,
        @Nullable String tenantId,
        @Nullable Integer incarnation,
        @Nullable String stack,
        @Nullable Long generation,
        @Nullable String runId,
        @Nullable SourcePosition position,
        @Nullable String eventId,
        @Nullable String eventType,
        @Nullable String stage,
        @Nullable String blueprint,
        int replays,
        String at,
        @Nullable RawRecord original,
        @Nullable RawRecord edited) {}
