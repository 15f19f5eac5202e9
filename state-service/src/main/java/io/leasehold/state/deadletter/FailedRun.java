package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import org.jspecify.annotations.Nullable;

/**
 * A run that failed for good.
 *
 * @param code stable error code
 * @param reason for operators, masked
 * @param stage where it failed: plan, apply or run
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
        String stage,
        int attempts,
        @Nullable String traceparent) {

    /** The stage that a run was in. */
    public static String stage(RunPhase phase) {
        return switch (phase) {
            case PLANNING -> "plan";
            case APPLYING -> "apply";
            case ASKED, CLAIMED, PREPARING, FINISHED -> "run";
        };
    }
}
