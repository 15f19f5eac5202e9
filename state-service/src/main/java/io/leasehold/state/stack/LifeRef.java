package io.leasehold.state.stack;

import io.leasehold.state.RowSet;
import java.util.Comparator;
import java.util.List;

/** Names one life of a tenant. */
public record LifeRef(String tenantId, int incarnation) {
    /** The order in which lives are locked, everywhere. */
    public static final Comparator<LifeRef> LOCK_ORDER =
            Comparator.comparing(LifeRef::tenantId).thenComparingInt(LifeRef::incarnation);

    /** For one statement: a row each, with {@code r.tenant} and {@code r.life}. */
    public static RowSet<LifeRef> rows(List<LifeRef> lives) {
        return RowSet.of(lives)
                .text("tenant", LifeRef::tenantId)
                .number("life", LifeRef::incarnation);
    }
}
