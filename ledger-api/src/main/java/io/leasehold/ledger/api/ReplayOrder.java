package io.leasehold.ledger.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a replay of many letters: of those named, or of the oldest open ones that {@code where}
 * holds of. Which they are is settled when it is asked for, not while it goes on.
 *
 * @param ids null to choose by {@code where}
 * @param limit at most so many, from 1 to 1000
 * @param representative one first, and the others only once it has gone well
 * @param maxTenants of so many tenants at once something may be at work
 * @param force true passes the guards that ask for it
 * @param execute false only says what would happen
 * @param reason why, for the audit; at least 3 characters when executing
 */
public record ReplayOrder(
        @Nullable List<String> ids,
        @Nullable LetterWhere where,
        int limit,
        boolean representative,
        int maxTenants,
        boolean force,
        boolean execute,
        String reason) {

    /** Takes a copy of the list. */
    public ReplayOrder(
            @Nullable List<String> ids,
            @Nullable LetterWhere where,
            int limit,
            boolean representative,
            int maxTenants,
            boolean force,
            boolean execute,
            String reason) {
        this.ids = ids == null ? null : List.copyOf(ids);
        this.where = where;
        this.limit = limit;
        this.representative = representative;
        this.maxTenants = maxTenants;
        this.force = force;
        this.execute = execute;
        this.reason = reason;
    }
}
