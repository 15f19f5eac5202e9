package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * What was done to a stack's state, or would be.
 *
 * @param version that is served afterwards; in a dry run the one that is served now, 0 when there
 *     is none
 * @param what in plain words
 * @param diff from the version that is served now to what it would be; null when it was done
 */
public record StateChange(boolean executed, long version, String what, @Nullable StateDiff diff) {}
