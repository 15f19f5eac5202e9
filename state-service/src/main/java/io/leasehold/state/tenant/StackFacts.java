package io.leasehold.state.tenant;

import io.leasehold.state.hold.HoldCode;
import org.jspecify.annotations.Nullable;

/**
 * What is said of a stack to people, before it is put in words. Times are ISO-8601 in UTC.
 *
 * @param notBefore of the next attempt; null when it may be at once
 * @param hold in force; null when there is none
 * @param cap that is reached, of those that speak of the stack; null when none is
 * @param worker that holds the lease; null when none does
 * @param runPhase where the run at work is
 * @param lockedBy the person who holds the state's lock; null when nobody does
 */
record StackFacts(
        String name,
        boolean wanted,
        long revision,
        long appliedRevision,
        boolean destroyed,
        boolean due,
        @Nullable String dueSince,
        @Nullable String notBefore,
        @Nullable String waitingCode,
        @Nullable String waitingReason,
        @Nullable Hold hold,
        @Nullable Cap cap,
        int attempts,
        long failedRevision,
        @Nullable String failedCode,
        @Nullable String failedMessage,
        @Nullable String worker,
        @Nullable String run,
        @Nullable String runPhase,
        @Nullable String lockedBy,
        @Nullable String lockedSince) {

    /**
     * A cap that lets nothing more begin.
     *
     * @param shut it lets nothing begin at all
     */
    record Cap(String name, boolean shut) {}

    /** Why it must not run, as a person or the service said. */
    record Hold(
            String code,
            @Nullable String by,
            @Nullable String reason,
            @Nullable String since,
            @Nullable String until) {

        boolean cancels() {
            return code.equals(HoldCode.CANCELLED.name());
        }
    }

    boolean failed() {
        return revision > 0 && failedRevision == revision && appliedRevision != revision;
    }
}
