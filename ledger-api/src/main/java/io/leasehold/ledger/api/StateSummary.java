package io.leasehold.ledger.api;

import java.util.List;

/**
 * What is in a state version, without a value.
 *
 * @param current it is the version that is served
 * @param readable false for a state that tofu encrypted itself: nothing of it can be told
 * @param resources addresses of the first resource instances, in the state's order
 * @param resourceCount how many there are
 * @param outputs names
 */
public record StateSummary(
        StateVersionView version,
        boolean current,
        boolean readable,
        List<String> resources,
        long resourceCount,
        List<String> outputs) {

    /** Takes copies of the lists. */
    public StateSummary {
        resources = List.copyOf(resources);
        outputs = List.copyOf(outputs);
    }
}
