package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/** One run, for people. Times are ISO-8601 in UTC. */
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
        @Nullable String finishedAt) {}
