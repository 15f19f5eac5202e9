package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * @param reason why, for the audit
 * @param evenThoughAlive the lock's id (for a lease its run's) once more, to take it from a holder
 *     that lives
 */
public record LockReleaseRequest(@Nullable String reason, @Nullable String evenThoughAlive) {}
