package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.StackRef;
import java.util.List;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a listing in the order of stack keys is asked for.
 *
 * @param tenant only this one's; null for all
 * @param after begins behind this stack
 * @param limit at most so many
 */
public record StackPage(@Nullable String tenant, StackRef after, int limit) {
    /**
     * What a query of the listing is narrowed by, before its order and {@code limit :most}. The
     * tenant is a range, which an index begins and ends with, whether there is one or not.
     */
    public static final String CONDITION =
            """
             tenant_id between coalesce(cast(:tenant as text), '') and coalesce(cast(:tenant as text), repeat('z', 64))
             and (tenant_id, incarnation, stack) > (:afterTenant, :afterIncarnation, :afterStack)
            """;

    private static final int USUAL = 100;
    private static final int MOST = 500;
    private static final StackRef BEGINNING = new StackRef("", 0, "");

    /** Reads the query of a listing. */
    public static StackPage of(
            @Nullable String tenant, @Nullable String after, @Nullable Integer limit) {
        return new StackPage(
                tenant == null || tenant.isEmpty() ? null : tenant,
                after == null || after.isEmpty() ? BEGINNING : position(after),
                limit == null ? USUAL : Math.clamp(limit, 1, MOST));
    }

    private static StackRef position(String after) {
        String[] parts = after.split("/", -1);
        return parts.length == 3
                ? StackPath.of(parts[0], parts[1], parts[2])
                : StackPath.of(after, "", "");
    }

    /** Sets the parameters of {@link #CONDITION} and of the limit. */
    public <T> Mutiny.SelectionQuery<T> bind(Mutiny.SelectionQuery<T> query) {
        return query.setParameter("tenant", tenant)
                .setParameter("afterTenant", after.tenantId())
                .setParameter("afterIncarnation", after.incarnation())
                .setParameter("afterStack", after.stack())
                .setParameter("most", limit);
    }

    /** The page of what was found; there may be more when it is full. */
    public <T> Page<T> of(List<T> found, Function<T, StackRef> stack) {
        return new Page<>(found, found.size() < limit ? null : stack.apply(found.getLast()).key());
    }
}
