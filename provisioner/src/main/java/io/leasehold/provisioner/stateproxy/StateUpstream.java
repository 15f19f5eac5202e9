package io.leasehold.provisioner.stateproxy;

import io.leasehold.provisioner.ledger.Trouble;

/**
 * The state of one stack as the state service keeps it, reached with the credential of a run.
 *
 * <p>Calls block and may come from any thread. An implementation never throws for what the other
 * side says or for its absence: that is in the results.
 */
public interface StateUpstream {

    /** Reads the newest state. */
    StateRead get();

    /**
     * Stores a state under the run's lease.
     *
     * @param state the exact bytes tofu sent
     * @param contentMd5 the header tofu sent, base64, already checked against the bytes
     */
    StateWrite post(byte[] state, String contentMd5);

    /** What a read can end in. */
    sealed interface StateRead {

        /** There is a state. */
        record Found(byte[] state) implements StateRead {}

        /** The stack never had one. */
        record Absent() implements StateRead {}

        /** The service answered and will not give it; asking again is of no use. */
        record Refused(int status, String code, String reason) implements StateRead {}

        /** The service did not answer, or could not. */
        record Failed(Trouble trouble, String reason) implements StateRead {}
    }

    /** What a write can end in. */
    sealed interface StateWrite {

        /** Stored durably. */
        record Accepted() implements StateWrite {}

        /**
         * The service answered and will not store it, most often because the lease is not this
         * run's any more.
         */
        record Refused(int status, String code, String reason) implements StateWrite {}

        /** The service did not answer, or could not: the same write may be sent again. */
        record Failed(Trouble trouble, String reason) implements StateWrite {}
    }
}
