package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * One run, for people. Times are ISO-8601 in UTC.
 *
 * @param cancel null when nobody asked it to stop
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
        @Nullable Cancel cancel) {

    /** Somebody asked the run to stop. Whether it did, and when, says its end. */
    public record Cancel(String at, String by, String reason) {}
}
