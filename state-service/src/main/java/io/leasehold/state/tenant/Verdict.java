package io.leasehold.state.tenant;

import org.jspecify.annotations.Nullable;

/** What the ledger says of a well-formed event. */
public sealed interface Verdict {

    /** It is what is wanted now. */
    record Accepted(boolean newLife) implements Verdict {}

    /** It was seen before. */
    record Duplicate(String reason) implements Verdict {}

    /**
     * It is older than what is wanted.
     *
     * @param alarm what operators should know of the source; null when it is only late
     */
    record Stale(@Nullable String alarm, String reason) implements Verdict {}

    /**
     * It can never be accepted.
     *
     * @param alarm what operators should know of the source besides
     */
    record Refused(String code, @Nullable String alarm, String reason) implements Verdict {}
}
