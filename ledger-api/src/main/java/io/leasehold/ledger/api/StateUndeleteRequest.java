package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * @param version null for all hidden ones of the stack
 * @param reason why, for the audit
 */
public record StateUndeleteRequest(@Nullable Long version, @Nullable String reason) {}
