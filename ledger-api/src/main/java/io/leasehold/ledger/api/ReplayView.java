package io.leasehold.ledger.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A replay: who asked for it, of what, and how far it is.
 *
 * @param state RUNNING, ENDED, STOPPED (its representative failed) or ABORTED
 * @param filter what was asked for, in plain words
 * @param representative one first, and the others only once it has gone well
 * @param drivenUntil until when somebody has it in hand; null when nobody has
 * @param counts how many letters are in each state, by {@link ReplayItemState}
 */
public record ReplayView(
        String id,
        String state,
        String by,
        String reason,
        String filter,
        boolean representative,
        boolean force,
        String createdAt,
        @Nullable String endedAt,
        @Nullable String drivenUntil,
        Map<ReplayItemState, Integer> counts) {

    /** Takes a copy of the counts. */
    public ReplayView(
            String id,
            String state,
            String by,
            String reason,
            String filter,
            boolean representative,
            boolean force,
            String createdAt,
            @Nullable String endedAt,
            @Nullable String drivenUntil,
            Map<ReplayItemState, Integer> counts) {
        this.id = id;
        this.state = state;
        this.by = by;
        this.reason = reason;
        this.filter = filter;
        this.representative = representative;
        this.force = force;
        this.createdAt = createdAt;
        this.endedAt = endedAt;
        this.drivenUntil = drivenUntil;
        this.counts = Map.copyOf(counts);
    }
}
