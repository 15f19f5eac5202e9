package io.leasehold.state.breaker;

/**
 * A breaker that holds a stack.
 *
 * @param reason for people
 */
public record BreakerHold(String breakerId, String reason) {
    /** The hold code of stacks that a breaker holds. */
    public static final String CODE = "BREAKER";

    /** What is said of a run that failed and spent no try. */
    public String sentence() {
        return "This try is not counted; its stack waits for breaker %s: %s."
                .formatted(breakerId, reason);
    }
}
