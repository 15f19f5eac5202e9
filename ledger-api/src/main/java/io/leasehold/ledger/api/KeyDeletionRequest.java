package io.leasehold.ledger.api;

/**
 * @param execute false only says what would happen
 * @param reason why, for the receipt; at least 3 characters when executing
 */
public record KeyDeletionRequest(boolean execute, String reason) {}
