package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * What became of the plan that an earlier run left.
 *
 * @param plan its bytes, exactly; null when there is none that is still good
 * @param why it is not, for people; null when it is
 */
public record PlanReply(byte @Nullable [] plan, @Nullable String why) {

    /** Leaves out the bytes. */
    @Override
    public String toString() {
        return plan == null ? "PlanReply[why=%s]".formatted(why) : "PlanReply[a plan]";
    }
}
