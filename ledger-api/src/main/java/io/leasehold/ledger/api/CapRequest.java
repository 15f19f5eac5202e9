package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * Sets a cap on the runs that it speaks of; they are named as a binding names them.
 *
 * @param most runs at work at once; 0 lets none begin
 * @param tenants pattern of tenant ids, {@code *} stands for any run of characters; null for all
 * @param reason why, for the audit
 */
public record CapRequest(
        int most,
        @Nullable String tenants,
        @Nullable String blueprint,
        @Nullable String stack,
        String reason) {}
