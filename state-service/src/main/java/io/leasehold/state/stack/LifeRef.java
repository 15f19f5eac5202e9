package io.leasehold.state.stack;

import java.util.Comparator;

/** Names one life of a tenant. */
public record LifeRef(String tenantId, int incarnation) {
    /** The order in which lives are locked, everywhere. */
    public static final Comparator<LifeRef> LOCK_ORDER =
            Comparator.comparing(LifeRef::tenantId).thenComparingInt(LifeRef::incarnation);
}
