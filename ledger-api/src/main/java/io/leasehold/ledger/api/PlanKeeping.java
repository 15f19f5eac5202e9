package io.leasehold.ledger.api;

/**
 * A plan that a run made and is about to apply, so that another run can if this one does not come
 * to it.
 *
 * @param plan the bytes that tofu wrote; they hold secrets in clear
 */
public record PlanKeeping(String leaseId, PlanBinding binding, byte[] plan) {

    /** Leaves out the right and the bytes. */
    @Override
    public String toString() {
        return "PlanKeeping[binding=%s, %d bytes]".formatted(binding, plan.length);
    }
}
