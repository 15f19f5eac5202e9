package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * A letter in a replay.
 *
 * @param replayId the replay it is part of; empty in a dry run
 * @param position its turn, from 1
 * @param code of the guard or of the failure, where there is one
 * @param what what was done, or would be, in plain words
 * @param asked when the replay was asked for
 */
public record ReplayItemView(
        String replayId,
        int position,
        String letterId,
        @Nullable String tenantId,
        ReplayItemState state,
        @Nullable String code,
        @Nullable String what,
        @Nullable String sentAt,
        @Nullable String endedAt,
        String by,
        String reason,
        @Nullable String asked) {}
