package io.leasehold.state.run;

import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.OutcomeRequest;

/**
 * How a run failed.
 *
 * @param result what the run's row says
 * @param code stable error code
 * @param message for operators, masked
 */
record Failed(String result, String code, String message, boolean retryable, Delta delta) {

    static Failed of(OutcomeRequest outcome) {
        String code = outcome.code() == null ? ErrorCode.UNKNOWN.name() : outcome.code();
        return new Failed(
                outcome.result().name(),
                code,
                outcome.message() == null ? code : outcome.message(),
                outcome.retryable(),
                outcome.delta());
    }
}
