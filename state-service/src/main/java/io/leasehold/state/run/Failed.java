package io.leasehold.state.run;

import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.Circumstances;
import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.OutcomeRequest;
import org.jspecify.annotations.Nullable;

/**
 * How a run failed.
 *
 * @param result what the run's row says
 * @param code stable error code
 * @param message for operators, masked
 * @param circumstances what it shares with others; null when nobody told
 */
record Failed(
        String result,
        String code,
        String message,
        boolean retryable,
        Delta delta,
        @Nullable Circumstances circumstances) {

    /** So long a message may be, in characters. */
    private static final int LONGEST = 2048;

    static Failed of(OutcomeRequest outcome) {
        String code = outcome.code() == null ? ErrorCode.UNKNOWN.name() : outcome.code();
        return new Failed(
                outcome.result().name(),
                code,
                outcome.message() == null ? code : outcome.message(),
                outcome.retryable(),
                outcome.delta(),
                outcome.circumstances());
    }

    /** The same with a sentence that must be read, whatever is cut off for it. */
    Failed saying(String sentence) {
        int room = Math.max(1, LONGEST - sentence.length() - 2);
        String before = message.length() > room ? message.substring(0, room - 1) + "…" : message;
        return new Failed(result, code, before + " " + sentence, retryable, delta, circumstances);
    }
}
