package io.leasehold.provisioner.stateproxy;

import io.leasehold.ledger.api.StackRef;
import org.jspecify.annotations.Nullable;

/**
 * Which state a tofu works on, and with what right.
 *
 * @param stack whose state
 * @param leaseId the lease under which writes are sent, or null when there is none
 * @param credential what the run's claim gave it for this state; null for what no run at work
 *     sends, and from a service that gives none: then the worker's own token is used
 * @param writable false for plans and drift checks: their writes are refused by the proxy itself
 */
public record StateAccess(
        StackRef stack, @Nullable String leaseId, @Nullable String credential, boolean writable) {

    /** Refuses a right to write without a lease. */
    public StateAccess {
        if (writable && leaseId == null) {
            throw new IllegalArgumentException("writing the state of " + stack + " needs a lease");
        }
    }

    /** A right to read and write under a lease. */
    public static StateAccess writable(StackRef stack, String leaseId) {
        return new StateAccess(stack, leaseId, null, true);
    }

    /** A right to read. */
    public static StateAccess readOnly(StackRef stack, @Nullable String leaseId) {
        return new StateAccess(stack, leaseId, null, false);
    }

    /** The same, proved by a run's credential. */
    public StateAccess by(@Nullable String ofRun) {
        return new StateAccess(stack, leaseId, ofRun, writable);
    }

    /** Leaves out what is the right itself. */
    @Override
    public String toString() {
        return "StateAccess[stack=%s, writable=%s]".formatted(stack, writable);
    }
}
