package io.leasehold.provisioner.tofu;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.Delta;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.sandbox.Shortage;
import io.leasehold.provisioner.stateproxy.StateReport;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How one execution of tofu ended.
 *
 * @param diagnostics errors and warnings in order, masked, at most 200
 * @param delta of the last summary tofu printed: planned for a plan, done for an apply
 * @param state what happened to the state
 * @param left what it left behind
 * @param shortages what its sandbox had no more of, as far as that is counted
 */
public record TofuResult(
        ProcessOutcome outcome,
        List<Diagnostic> diagnostics,
        Delta delta,
        StateReport state,
        Left left,
        Set<Shortage> shortages) {

    /** Takes copies. */
    public TofuResult {
        diagnostics = List.copyOf(diagnostics);
        shortages = Set.copyOf(shortages);
    }

    /** tofu ended by itself with code 0. */
    public boolean succeeded() {
        return outcome.succeeded();
    }

    /**
     * What a tofu can leave.
     *
     * @param plan of a {@link TofuCommand.Plan} that succeeded
     * @param shown of a {@link TofuCommand.ShowPlan} that succeeded; holds sensitive values in
     *     clear
     * @param erroredState the state tofu could not hand over and wrote to {@code errored.tfstate}
     */
    public record Left(
            Optional<SavedPlan> plan, Optional<JsonNode> shown, Optional<byte[]> erroredState) {

        /** Nothing. */
        public static final Left NOTHING =
                new Left(Optional.empty(), Optional.empty(), Optional.empty());
    }
}
