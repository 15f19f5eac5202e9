package io.leasehold.ledger.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a replay of many would do, letter by letter.
 *
 * @param replay the replay that was begun; null in a dry run
 * @param more more letters match than were asked for
 */
public record ReplayPlan(@Nullable ReplayView replay, List<ReplayItemView> items, boolean more) {

    /** Takes a copy of the list. */
    public ReplayPlan(@Nullable ReplayView replay, List<ReplayItemView> items, boolean more) {
        this.replay = replay;
        this.items = List.copyOf(items);
        this.more = more;
    }
}
