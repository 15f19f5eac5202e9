package io.leasehold.ledger.api;

/**
 * Removes a cap.
 *
 * @param reason why, for the audit
 */
public record CapRemoval(String reason) {}
