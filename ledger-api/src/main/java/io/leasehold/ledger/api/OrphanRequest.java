package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * @param execute false only says what would change
 * @param reason why, for the audit; needed to execute
 */
public record OrphanRequest(boolean execute, @Nullable String reason) {}
