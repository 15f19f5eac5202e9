package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * How a run under a lease ended. Sent again with the same lease and run id it changes nothing.
 *
 * @param code stable error code of a failure, null on success
 * @param message for operators, at most 2 KiB, masked
 * @param retryable whether the code's class may be tried again
 * @param tofuVersion the tofu that ran
 * @param stateMd5 lower-case hex MD5 of the last state of the run that the service said it has;
 *     null when the run wrote none. Success counts only while that state is there
 * @param circumstances what the run shares with runs of other tenants; null from a worker that does
 *     not tell yet
 */
public record OutcomeRequest(
        String leaseId,
        Result result,
        @Nullable String code,
        @Nullable String message,
        boolean retryable,
        Delta delta,
        String tofuVersion,
        @Nullable String stateMd5,
        @Nullable Circumstances circumstances) {

    /** Of a run of which nothing is told that it shares with others. */
    public OutcomeRequest(
            String leaseId,
            Result result,
            @Nullable String code,
            @Nullable String message,
            boolean retryable,
            Delta delta,
            String tofuVersion,
            @Nullable String stateMd5) {
        this(leaseId, result, code, message, retryable, delta, tofuVersion, stateMd5, null);
    }

    /** Of a run that wrote no state, or whose state plays no part. */
    public OutcomeRequest(
            String leaseId,
            Result result,
            @Nullable String code,
            @Nullable String message,
            boolean retryable,
            Delta delta,
            String tofuVersion) {
        this(leaseId, result, code, message, retryable, delta, tofuVersion, null);
    }

    /** The same with what the run shares with runs of other tenants. */
    public OutcomeRequest in(Circumstances shared) {
        return new OutcomeRequest(
                leaseId, result, code, message, retryable, delta, tofuVersion, stateMd5, shared);
    }

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
