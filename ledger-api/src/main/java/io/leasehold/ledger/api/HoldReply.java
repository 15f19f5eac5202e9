package io.leasehold.ledger.api;

import java.util.List;

/**
 * What came of a hold or of its release.
 *
 * @param what in plain words
 * @param stacks those that it changed, in name order
 */
public record HoldReply(String what, List<String> stacks) {

    /** Takes a copy of the list. */
    public HoldReply {
        stacks = List.copyOf(stacks);
    }
}
