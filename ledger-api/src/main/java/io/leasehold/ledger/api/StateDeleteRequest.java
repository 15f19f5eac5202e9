package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * @param version null for the stack's whole state
 * @param reason why, for the audit
 * @param evenThoughLive the stack's key once more, to hide the state of a stack that has live
 *     things
 */
public record StateDeleteRequest(
        @Nullable Long version, @Nullable String reason, @Nullable String evenThoughLive) {}
