package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * One entry of the audit.
 *
 * @param id rises with each entry; entries of transactions at work at once may show out of order
 * @param at ISO 8601, UTC
 * @param actor who did it: a name in the tokens file, {@code oidc:} and a person's name, or {@code
 *     ledger} for the service itself
 * @param role by which role; null where none was asked for
 * @param tenantId whose thing the subject is; null when it is no tenant's
 * @param reason in the actor's words
 * @param outcome DONE, or REFUSED for an attempt that was not allowed
 * @param requestId the request's {@code X-Request-Id}
 */
public record AuditView(
        long id,
        String at,
        String actor,
        @Nullable String role,
        String action,
        String subject,
        @Nullable String tenantId,
        @Nullable String reason,
        String outcome,
        @Nullable String requestId) {}
