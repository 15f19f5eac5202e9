package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * One run, for people. Times are ISO-8601 in UTC.
 *
 * @param worker empty while no worker has it
 * @param startedAt when it was claimed; of one that an operator asked for, when that was
 * @param cancel null when nobody asked it to stop
 * @param asked null for what the ledger begins by itself
 */
public record RunView(
        String runId,
        StackRef stack,
        RunKind kind,
        RunPhase phase,
        @Nullable String result,
        long generation,
        long revision,
        int attempt,
        String worker,
        Delta delta,
        @Nullable String code,
        @Nullable String message,
        String startedAt,
        @Nullable String finishedAt,
        @Nullable Cancel cancel,
        @Nullable Asked asked) {

    /** Somebody asked the run to stop. Whether it did, and when, says its end. */
    public record Cancel(String at, String by, String reason) {}

    /** What an operator asked of the state, who that was, and why. */
    public record Asked(StateOperation operation, String by, String reason) {}
}
