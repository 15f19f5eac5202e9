package io.leasehold.state.tfstate;

import io.leasehold.state.problem.Refusal;

/** The one refusal that is said in two places: before the body is read, and after. */
final class StateTooLarge {
    private StateTooLarge() {}

    static Refusal refusal() {
        return new Refusal(
                413,
                "STATE_TOO_LARGE",
                "A state may have 64 MiB; split the module into several stacks");
    }
}
