package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.StackRef;
import org.jspecify.annotations.Nullable;

/**
 * A run that failed for good.
 *
 * @param code stable error code
 * @param reason for operators, masked
 * @param attempts how many runs were spent on this revision
 */
public record FailedRun(
        StackRef stack,
        String runId,
        RunKind kind,
        long generation,
        long revision,
        String code,
        String reason,
        int attempts,
        @Nullable String traceparent) {}
