package io.leasehold.state.run;

import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.ledger.api.OutcomeRequest.Result;

/**
 * Holds what a run says it did against the state that is there. A database that was put back knows
 * the run and its lease, and may not know the state that it took: an older one must not count as
 * applied. Pure.
 */
final class StateProof {
    private StateProof() {}

    /** The outcome as it counts. */
    static OutcomeRequest of(EndingRun run, OutcomeRequest outcome) {
        String stored = outcome.stateMd5();
        if (outcome.result() != Result.SUCCEEDED
                || stored == null
                || stored.equals(run.stateMd5())) {
            return outcome;
        }
        return new OutcomeRequest(
                outcome.leaseId(),
                Result.FAILED,
                ErrorCode.STATE_WRITE_FAILED.name(),
                "The run did its work, but the state it stored is not there: the database was put"
                        + " back to a time before it. Compare what is there with the state (leasehold"
                        + " states show), and import what is missing (leasehold states import).",
                false,
                outcome.delta(),
                outcome.tofuVersion(),
                stored);
    }
}
