package io.leasehold.state.orphan;

import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateVersionView;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.tfstate.StackPath;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which part of the orphans is asked for.
 *
 * @param tenant only this one's; null for all
 * @param settled those that are settled too
 * @param after begins behind this stack's
 * @param version and version
 */
record OrphanPage(
        @Nullable String tenant, boolean settled, StackRef after, long version, int limit) {
    private static final int MOST = 500;
    private static final Pattern PLACE = Pattern.compile("([^/]+)/([^/]+)/([^/]+)/([0-9]{1,18})");

    static OrphanPage of(
            @Nullable String tenant, boolean settled, @Nullable String after, int limit) {
        StackRef stack = new StackRef("", 0, "");
        long version = 0;
        if (after != null && !after.isEmpty()) {
            Matcher place = PLACE.matcher(after);
            if (!place.matches()) {
                throw new Refusal(400, "PAGE_INVALID", "after must be a page's next, not " + after);
            }
            stack = StackPath.of(place.group(1), place.group(2), place.group(3));
            version = Long.parseLong(place.group(4));
        }
        return new OrphanPage(
                tenant == null || tenant.isEmpty() ? null : tenant,
                settled,
                stack,
                version,
                Math.clamp(limit, 1, MOST));
    }

    /** The page of what was found; there may be more when it is full. */
    Page<StateVersionView> of(List<StateVersionView> found) {
        if (found.size() < limit) {
            return new Page<>(found, null);
        }
        StateVersionView last = found.getLast();
        return new Page<>(found, last.stack().key() + "/" + last.version());
    }
}
