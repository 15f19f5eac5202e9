package io.leasehold.state.hold;

/** Why a stack is held, as its row has it. */
public enum HoldCode {
    /** A person said so. What is at work ends: a plan is dropped, an apply goes on. */
    OPERATOR,
    /** A person stopped its run, and would have it come back at once without the hold. */
    CANCELLED,
    /** It would fail like others: a breaker lets it go. It stays due, and people may hold it. */
    BREAKER
}
