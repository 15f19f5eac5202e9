package io.leasehold.state.lease;

import io.leasehold.ledger.api.Claim;

/** What one look at a queue gave to one request. */
sealed interface Take {

    /** A run. */
    record Given(Claim claim) implements Take {}

    /** Nothing is due. */
    record Nothing() implements Take {}

    /** Others stand at all that is due at this moment; soon there may be more to be had. */
    record Busy() implements Take {}

    /** Nothing, and asking again does not help: what is to be said instead. */
    record Failed(Throwable why) implements Take {}

    /** The look ended before the queue did: the next one goes on from there. */
    record Unfinished(Turns.Reached reached) implements Take {}
}
