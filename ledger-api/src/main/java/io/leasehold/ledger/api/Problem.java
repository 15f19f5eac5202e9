package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * The body of every refusal, {@code application/problem+json} (RFC 9457) with a stable code.
 *
 * @param detail what happened, to whom, why, and what to do
 */
public record Problem(
        String type, String title, int status, String code, @Nullable String detail) {}
