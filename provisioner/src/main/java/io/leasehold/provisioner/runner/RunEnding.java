package io.leasehold.provisioner.runner;

import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.Delta;
import io.leasehold.provisioner.tofu.Diagnostic;
import java.util.Optional;

/** How a run under a lease ended, before it is told to the ledger. */
sealed interface RunEnding {

    /**
     * What was wanted is there.
     *
     * @param stored lower-case hex MD5 of the last state that the service said it has
     */
    record Succeeded(Delta delta, Optional<String> stored) implements RunEnding {}

    /**
     * It is not.
     *
     * @param message for operators, masked
     * @param retryable whether another try may help
     * @param decisive the error that decided on the code; empty when none did
     */
    record Failed(
            ErrorCode code,
            String message,
            Delta delta,
            boolean retryable,
            Optional<Diagnostic> decisive)
            implements RunEnding {

        /** One that the code says all of. */
        Failed(ErrorCode code, String message, Delta delta) {
            this(code, message, delta, code.retryable(), Optional.empty());
        }
    }

    /** The ledger wants something else; nothing was changed. */
    record Dropped() implements RunEnding {}

    /** An operator interrupted it. */
    record Cancelled(Delta delta) implements RunEnding {}

    /** The lease is gone: whoever holds the stack now tells what is true. Nothing is reported. */
    record Fenced(String reason) implements RunEnding {}
}
