package io.leasehold.ledger.api;

/**
 * Gives a replay up: letters whose turn it was not yet stay as they are.
 *
 * @param reason why, for the audit; at least 3 characters
 */
public record ReplayAbortRequest(String reason) {}
