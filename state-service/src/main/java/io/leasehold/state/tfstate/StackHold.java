package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.problem.Refusal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who holds a stack, read under its lock.
 *
 * @param managed whether the ledger has a row for it
 * @param leaseId the run's right, null when no run holds it
 * @param lockId a person's lock, null when no person holds it
 * @param lockInfo the document of that lock
 * @param lockHolder that person's name in the tokens file
 */
public record StackHold(
        boolean managed,
        @Nullable String leaseId,
        @Nullable String leaseRun,
        @Nullable String leaseWorker,
        @Nullable String leaseSince,
        @Nullable String lockId,
        @Nullable String lockInfo,
        @Nullable String lockHolder,
        @Nullable String lockSince) {

    /** The refusal of what needs a stack that nobody holds; empty when nobody does. */
    public Optional<Refusal> refusal(StackRef stack) {
        String holder = holder();
        return holder == null
                ? Optional.empty()
                : Optional.of(
                        new Refusal(
                                409,
                                "LOCKED",
                                "%s is held by %s; this goes on when it is let go"
                                        .formatted(stack, holder)));
    }

    private @Nullable String holder() {
        if (leaseId != null) {
            return "run %s on worker %s since %s".formatted(leaseRun, leaseWorker, leaseSince);
        }
        return lockId == null
                ? null
                : "%s since %s (lock %s)".formatted(lockHolder, lockSince, lockId);
    }

    /** Leaves the lease out: it is the right itself. */
    @Override
    public String toString() {
        return "StackHold[managed=%s, leaseRun=%s, lockId=%s]".formatted(managed, leaseRun, lockId);
    }
}
