package io.leasehold.provisioner.tofu;

import io.leasehold.ledger.api.StateOperation;

/** What one tofu process is asked to do. */
public sealed interface TofuCommand {

    /** Plans and applies in one process: only where nothing looks at the plan first. */
    record DirectApply() implements TofuCommand {}

    /** Destroys in one process: only where nothing looks at the plan first. */
    record DirectDestroy() implements TofuCommand {}

    /** Plans and keeps the plan; changes nothing, writes no state. */
    record Plan(Mode mode) implements TofuCommand {}

    /** Applies exactly this plan. Inputs of the request are not used: the plan carries its own. */
    record ApplyPlan(SavedPlan plan) implements TofuCommand {}

    /** Changes what the state says and nothing else; imports look at one thing that exists. */
    record ChangeState(StateOperation operation) implements TofuCommand {}

    /** Renders a saved plan as JSON, in a sandbox without network and without credentials. */
    record ShowPlan(SavedPlan plan) implements TofuCommand {}

    /** The kinds of plan. */
    enum Mode {
        /** Towards the configuration. */
        NORMAL,
        /** Towards nothing. */
        DESTROY,
        /** Compares state and reality only: for drift. */
        REFRESH_ONLY
    }
}
