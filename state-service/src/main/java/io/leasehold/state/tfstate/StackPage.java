package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.StackRef;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a listing in the order of stack keys is asked for.
 *
 * @param tenant only this one's; null for all
 * @param after begins behind this stack
 * @param limit at most so many
 */
record StackPage(@Nullable String tenant, StackRef after, int limit) {
    private static final int USUAL = 100;
    private static final int MOST = 500;
    private static final StackRef BEGINNING = new StackRef("", 0, "");

    /** Reads the query of a listing. */
    static StackPage of(@Nullable String tenant, @Nullable String after, @Nullable Integer limit) {
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

    /** The page of what was found; there may be more when it is full. */
    <T> Page<T> of(List<T> found, Function<T, StackRef> stack) {
        return new Page<>(found, found.size() < limit ? null : stack.apply(found.getLast()).key());
    }
}
