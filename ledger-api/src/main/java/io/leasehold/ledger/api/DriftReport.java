package io.leasehold.ledger.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a drift check found. Paths only, never values.
 *
 * @param message why it failed, masked; null otherwise
 */
public record DriftReport(Result result, List<Change> changes, @Nullable String message) {

    /** Takes a copy of the list. */
    public DriftReport(Result result, List<Change> changes, @Nullable String message) {
        this.result = result;
        this.changes = List.copyOf(changes);
        this.message = message;
    }

    /** The ends of a check. */
    public enum Result {
        CLEAN,
        DRIFTED,
        FAILED
    }

    /**
     * One resource that differs from its state.
     *
     * @param action {@code update} or {@code delete}
     */
    public record Change(String address, String type, String action, List<Attribute> attributes) {

        /** Takes a copy of the list. */
        public Change {
            attributes = List.copyOf(attributes);
        }
    }

    /**
     * @param path attribute path such as {@code connection_limit} or {@code config.retention}
     * @param kind {@code added}, {@code removed} or {@code changed}
     */
    public record Attribute(String path, String kind) {}
}
