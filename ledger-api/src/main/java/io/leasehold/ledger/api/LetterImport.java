package io.leasehold.ledger.api;

/**
 * Takes a letter in that was exported, here or elsewhere.
 *
 * @param execute false only says what would happen
 * @param reason why, for the audit; at least 3 characters when executing
 */
public record LetterImport(LetterCopy letter, boolean execute, String reason) {}
