package io.leasehold.ledger.api;

/**
 * @param reason why, for the audit; at least 3 characters
 */
public record KeyRotateRequest(String reason) {}
