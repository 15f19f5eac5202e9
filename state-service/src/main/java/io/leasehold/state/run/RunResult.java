package io.leasehold.state.run;

import io.leasehold.ledger.api.Circumstances;
import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.OutcomeRequest;
import org.jspecify.annotations.Nullable;

/**
 * What a run's row says of its end.
 *
 * @param failed null where it did not fail
 * @param circumstances what it shares with others; null when nobody told
 */
record RunResult(
        String result,
        @Nullable Failed failed,
        Delta delta,
        @Nullable Circumstances circumstances) {
    static RunResult of(OutcomeRequest outcome) {
        return switch (outcome.result()) {
            case FAILED -> of(Failed.of(outcome));
            case SUCCEEDED, DROPPED, CANCELLED ->
                    new RunResult(
                            outcome.result().name(),
                            null,
                            outcome.delta(),
                            outcome.circumstances());
        };
    }

    static RunResult of(Failed failed) {
        return new RunResult(failed.result(), failed, failed.delta(), failed.circumstances());
    }

    @Nullable String credentials() {
        return circumstances == null ? null : String.join(",", circumstances.credentials());
    }
}
