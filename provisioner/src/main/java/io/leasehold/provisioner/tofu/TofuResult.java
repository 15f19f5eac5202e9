package io.leasehold.provisioner.tofu;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.Delta;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.stateproxy.StateReport;
import java.util.List;
import java.util.Optional;

/**
 * How one execution of tofu ended.
 *
 * @param diagnostics errors and warnings in order, masked, at most 200
 * @param delta of the last summary tofu printed: planned for a plan, done for an apply
 * @param state what happened to the state
 * @param left what it left behind
 */
public record TofuResult(
        ProcessOutcome outcome,
        List<Diagnostic> diagnostics,
        Delta delta,
        StateReport state,
        Left left) {

    /** Takes a copy of the diagnostics. */
    public TofuResult {
        diagnostics = List.copyOf(diagnostics);
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
