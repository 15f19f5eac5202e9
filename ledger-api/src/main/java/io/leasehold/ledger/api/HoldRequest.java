package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * Holds a stack, or all of a life's: nothing runs on it until it is let go.
 *
 * @param reason why, for the audit and for who looks at it
 * @param until ISO-8601 instant at which the hold ends by itself; null for not by itself
 */
public record HoldRequest(String reason, @Nullable String until) {}
