package io.leasehold.ledger.api;

/**
 * A run asks for the plan that an earlier one left, with what a plan of its own would be bound to.
 */
public record PlanAsking(String leaseId, PlanBinding binding) {

    /** Leaves out the right. */
    @Override
    public String toString() {
        return "PlanAsking[binding=%s]".formatted(binding);
    }
}
