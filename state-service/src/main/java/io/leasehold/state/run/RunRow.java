package io.leasehold.state.run;

import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import jakarta.persistence.Tuple;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One run as it stands in the ledger.
 *
 * @param result null while the run is at work
 */
public record RunRow(
        String runId,
        StackRef stack,
        RunKind kind,
        RunPhase phase,
        @Nullable String result,
        long generation,
        long revision,
        int attempt,
        @Nullable String leaseId,
        long stateVersion,
        @Nullable String traceparent,
        Instant startedAt) {

    /** The columns that {@link #of} reads, of a run named {@code r}. */
    static final String COLUMNS =
            """
            r.run_id, r.tenant_id, r.incarnation, r.stack, r.kind, r.phase, r.result, r.generation,
            r.revision, r.attempt, r.lease_id, r.state_version, r.traceparent,
            cast(extract(epoch from r.started_at) * 1000 as bigint) as started_millis
            """;

    /** What a run ended with whose end was not seen, as a list in a statement. */
    public static final String LEFT_OPEN = "('WORKER_LOST', 'TIMEOUT', 'STATE_WRITE_FAILED')";

    /**
     * Whether a run of that name in the statement is an apply that was not seen to its end, so that
     * it may have made things of which no state knows.
     */
    public static String leftOpen(String run) {
        return "{run}.kind = 'APPLY' and {run}.code in {left-open}"
                .replace("{run}", run)
                .replace("{left-open}", LEFT_OPEN);
    }

    static RunRow of(Tuple row) {
        return new RunRow(
                row.get("run_id", String.class),
                new StackRef(
                        row.get("tenant_id", String.class),
                        row.get("incarnation", Integer.class),
                        row.get("stack", String.class)),
                RunKind.valueOf(row.get("kind", String.class)),
                RunPhase.valueOf(row.get("phase", String.class)),
                row.get("result", String.class),
                row.get("generation", Long.class),
                row.get("revision", Long.class),
                row.get("attempt", Integer.class),
                row.get("lease_id", String.class),
                row.get("state_version", Long.class),
                row.get("traceparent", String.class),
                Instant.ofEpochMilli(row.get("started_millis", Long.class)));
    }
}
