package io.leasehold.ledger.api;

/**
 * Closes a breaker: all that it holds may run.
 *
 * @param reason why, for the audit
 */
public record BreakerClosing(String reason) {}
