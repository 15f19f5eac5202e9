package io.leasehold.ledger.api;

import java.util.List;

/**
 * How two versions of a stack's state differ: addresses and attribute paths, never values.
 *
 * @param readable false when tofu encrypted one of them itself: nothing can be compared
 * @param added addresses that only the second has; an output's is {@code output.NAME}
 * @param removed addresses that only the first has
 * @param changed addresses that both have
 * @param truncated there are more differences than these
 */
public record StateDiff(
        long from,
        long to,
        boolean readable,
        List<String> added,
        List<String> removed,
        List<Change> changed,
        boolean truncated) {

    /** Takes copies of the lists. */
    public StateDiff {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
        changed = List.copyOf(changed);
    }

    /** One address that both have. */
    public record Change(String address, List<Attribute> attributes) {

        /** Takes a copy of the list. */
        public Change {
            attributes = List.copyOf(attributes);
        }
    }

    /**
     * @param path such as {@code tags.owner} or {@code rule[0].port}; what is no attribute is in
     *     parentheses
     * @param kind {@code added}, {@code removed} or {@code changed}
     * @param sensitive it is marked as a secret; nothing below it is told
     */
    public record Attribute(String path, String kind, boolean sensitive) {}
}
