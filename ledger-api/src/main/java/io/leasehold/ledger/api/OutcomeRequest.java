package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * How a run under a lease ended. Sent again with the same lease and run id it changes nothing.
 *
 * @param code stable error code of a failure, null on success
 * @param message for operators, at most 2 KiB, masked
 * @param retryable whether the code's class may be tried again
 * @param tofuVersion the tofu that ran
 */
public record OutcomeRequest(
        String leaseId,
        Result result,
        @Nullable String code,
        @Nullable String message,
        boolean retryable,
        Delta delta,
        String tofuVersion) {

    /** The ends a worker can report. */
    public enum Result {
        SUCCEEDED,
        FAILED,
        /** Dropped before anything was applied, because the ledger asked for it. */
        DROPPED,
        /** Interrupted by an operator's cancel. */
        CANCELLED
    }
}
