package io.leasehold.events.outgoing;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a drift check found: addresses and attribute paths, never values.
 *
 * @param fingerprint equal for equal findings
 * @param severity how bad, by rules over the changes
 * @param summary the counts, of all changes
 * @param changes the first {@link #MAX_CHANGES}
 * @param truncated true if changes or attributes were left off
 */
public record DriftFinding(
        String fingerprint,
        Severity severity,
        Summary summary,
        List<Change> changes,
        boolean truncated) {
    public static final int MAX_CHANGES = 50;
    public static final int MAX_ATTRIBUTES = 20;

    public DriftFinding(
            String fingerprint,
            Severity severity,
            Summary summary,
            @Nullable List<Change> changes,
            boolean truncated) {
        List<Change> all = changes == null ? List.of() : changes;
        this.fingerprint = fingerprint;
        this.severity = severity;
        this.summary = summary;
        this.changes = all.stream().limit(MAX_CHANGES).map(Change::bounded).toList();
        this.truncated =
                truncated
                        || all.size() > MAX_CHANGES
                        || all.stream().anyMatch(c -> c.attributes().size() > MAX_ATTRIBUTES);
    }

    /** How bad it is. */
    public enum Severity {
        @JsonProperty("info")
        INFO,
        @JsonProperty("low")
        LOW,
        @JsonProperty("medium")
        MEDIUM,
        @JsonProperty("high")
        HIGH,
        @JsonProperty("critical")
        CRITICAL,
        /** For readers older than the record; never written. */
        @JsonEnumDefaultValue
        @JsonProperty("unknown")
        UNKNOWN
    }

    /**
     * Counts over all changes.
     *
     * @param drifted resources that are not as the state says
     * @param add what a run would create again
     * @param change what a run would change back
     * @param destroy what a run would destroy
     */
    public record Summary(int drifted, int add, int change, int destroy) {}

    /**
     * One resource that is not as the state says.
     *
     * @param address as in the module
     * @param type the resource type
     * @param action what happened to it: {@code update}, {@code delete} …
     * @param attributes which attributes, by path
     */
    public record Change(String address, String type, String action, List<Attribute> attributes) {
        public Change {
            attributes = List.copyOf(attributes);
        }

        private Change bounded() {
            return attributes.size() <= MAX_ATTRIBUTES
                    ? this
                    : new Change(address, type, action, attributes.subList(0, MAX_ATTRIBUTES));
        }
    }

    /**
     * One attribute that differs.
     *
     * @param path within the resource, dotted
     * @param kind {@code added}, {@code removed} or {@code changed}
     */
    public record Attribute(String path, String kind) {}
}
