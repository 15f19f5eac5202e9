package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * @param execute false only says what would be asked for
 * @param reason why, for the run and the audit; needed to execute
 */
public record StateOperationRequest(
        StateOperation operation, boolean execute, @Nullable String reason) {}
