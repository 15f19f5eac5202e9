package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * @param version whose content becomes the newest again
 * @param execute false only says what would change
 * @param reason why, for the version and the audit; needed to execute
 */
public record StateRollbackRequest(long version, boolean execute, @Nullable String reason) {}
