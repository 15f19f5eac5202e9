package io.leasehold.state.breaker;

/**
 * A breaker that holds a stack.
 *
 * @param reason for people
 */
public record BreakerHold(String breakerId, String reason) {
    /** What is said of a run that failed and spent no try. */
    public String sentence() {
        return "This try is not counted; its stack waits for breaker %s: %s."
                .formatted(breakerId, reason);
    }
}
