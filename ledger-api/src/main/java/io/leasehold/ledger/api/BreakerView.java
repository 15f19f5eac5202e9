package io.leasehold.ledger.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A breaker that opened: what many tenants failed at alike.
 *
 * @param kind {@code PROVIDER} or {@code MODULE}
 * @param phase {@code OPEN}, {@code HALF_OPEN} (one run tries) or {@code CLOSED}
 * @param what it is of, for people
 * @param code of the failure that opened it, or opened it again
 * @param failures how many were seen when it opened, of how many {@code tenants}
 * @param run that was seen failing last
 * @param modules digests of the modules whose stacks it covers
 * @param held stacks that it holds now
 * @param openUntil from when on one run may try
 * @param probe the stack that tries, or tried last; null before the first
 * @param closedBy {@code ledger} when a run succeeded; null while it is open
 */
public record BreakerView(
        String id,
        String kind,
        String phase,
        String what,
        String code,
        int failures,
        int tenants,
        String run,
        List<String> modules,
        long held,
        String openedAt,
        String openUntil,
        @Nullable String probe,
        @Nullable String closedAt,
        @Nullable String closedBy,
        @Nullable String closedReason) {

    /** Takes a copy of the digests. */
    public BreakerView {
        modules = List.copyOf(modules);
    }
}
