package io.leasehold.ledger.api;

/**
 * Closes a letter of which nothing is to become.
 *
 * @param execute false only says what would happen
 * @param reason why, for the audit; at least 10 characters when executing
 */
public record LetterDiscard(boolean execute, String reason) {}
