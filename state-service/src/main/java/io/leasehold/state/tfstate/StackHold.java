package io.leasehold.state.tfstate;

import org.jspecify.annotations.Nullable;

/**
 * Who holds a stack, read under its lock.
 *
 * @param managed whether the ledger has a row for it
 * @param leaseId the run's right, null when no run holds it
 * @param lockId a person's lock, null when no person holds it
 * @param lockInfo the document of that lock
 */
public record StackHold(
        boolean managed,
        @Nullable String leaseId,
        @Nullable String leaseRun,
        @Nullable String leaseWorker,
        @Nullable String leaseSince,
        @Nullable String lockId,
        @Nullable String lockInfo) {
    /** Leaves the lease out: it is the right itself. */
    @Override
    public String toString() {
        return "StackHold[managed=%s, leaseRun=%s, lockId=%s]".formatted(managed, leaseRun, lockId);
    }
}
