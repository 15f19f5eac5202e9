package io.leasehold.ledger.api;

/**
 * Lets go what is held.
 *
 * @param reason why, for the audit
 */
public record HoldRelease(String reason) {}
