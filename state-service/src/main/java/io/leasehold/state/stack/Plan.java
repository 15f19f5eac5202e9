package io.leasehold.state.stack;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.state.blueprint.BlueprintKey;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a life and its stacks should be.
 *
 * @param waitingCode why nothing of the life can start; null when nothing stands in the way
 * @param gone a deleted life has nothing left
 * @param stacks those that change, in name order
 * @param ends events that come to an end, or leave one by a retry
 */
public record Plan(
        @Nullable String waitingCode,
        @Nullable String waitingReason,
        long observed,
        long attempted,
        boolean gone,
        List<Target> stacks,
        List<End> ends) {

    /** Takes copies of the lists. */
    public Plan {
        stacks = List.copyOf(stacks);
        ends = List.copyOf(ends);
    }

    /**
     * A stack as it should be.
     *
     * @param isNew there is no row yet
     * @param content what a revision that moved is made of; null when it did not move, and when it
     *     moved for a destroy, which uses what was applied
     * @param moved the revision moved
     * @param observedNow a newer generation is satisfied without a run: outputs go out again
     * @param withdraw outputs are to be withdrawn
     * @param retained it is let go as it stands
     */
    public record Target(
            String name,
            boolean isNew,
            boolean wanted,
            long revision,
            String inputHash,
            long generation,
            BlueprintKey blueprint,
            long appliedGeneration,
            boolean destroyed,
            boolean due,
            @Nullable String waitingCode,
            @Nullable String waitingReason,
            boolean moved,
            @Nullable Content content,
            boolean observedNow,
            boolean withdraw,
            boolean retained) {}

    /** What a revision is made of. */
    public record Content(
            String moduleDigest,
            ObjectNode inputs,
            List<String> endpoints,
            List<String> outputs,
            ObjectNode policy,
            Duration timeout) {

        /** Takes copies of the lists. */
        public Content {
            endpoints = List.copyOf(endpoints);
            outputs = List.copyOf(outputs);
        }
    }

    /**
     * What becomes of an event.
     *
     * @param disposition {@code PENDING} leads out of a failure that is retried
     */
    public record End(
            long id,
            long generation,
            Disposition disposition,
            @Nullable String code,
            @Nullable String reason) {}
}
