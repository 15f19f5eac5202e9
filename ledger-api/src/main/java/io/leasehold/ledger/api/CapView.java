package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * A cap on runs at work.
 *
 * @param most runs at work at once, of those it speaks of
 * @param atWork how many there are now
 * @param tenants pattern of tenant ids; {@code *} stands for any run of characters
 * @param blueprint null for all
 * @param stack null for all
 */
public record CapView(
        String name,
        int most,
        int atWork,
        String tenants,
        @Nullable String blueprint,
        @Nullable String stack,
        String setBy,
        String setAt) {}
