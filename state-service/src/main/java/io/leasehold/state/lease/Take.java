package io.leasehold.state.lease;

import io.leasehold.ledger.api.Claim;

/** What one look at a queue gave. */
sealed interface Take {

    /** A run. */
    record Given(Claim claim) implements Take {}

    /** Nothing is due. */
    record Nothing() implements Take {}

    /** Others are serving all that is due at this moment; it may have more. */
    record Busy() implements Take {}

    /** The look ended before the queue did. */
    record Unfinished() implements Take {}
}
