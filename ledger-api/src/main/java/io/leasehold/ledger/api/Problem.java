package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * The body of every refusal, {@code application/problem+json} (RFC 9457) with a stable code.
 *
 * @param detail what happened, to whom, why, and what to do
 * @param requestId the id of the request, as in its header {@code X-Request-Id} and in the audit
 */
public record Problem(
        String type,
        String title,
        int status,
        String code,
        @Nullable String detail,
        @Nullable String requestId) {

    /** A problem of no request. */
    public Problem(String type, String title, int status, String code, @Nullable String detail) {
        this(type, title, status, code, detail, null);
    }
}
