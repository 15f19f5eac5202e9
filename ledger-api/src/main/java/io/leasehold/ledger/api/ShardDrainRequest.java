package io.leasehold.ledger.api;

import java.util.List;

/**
 * Asks for the next rows of a shard and says, in the same breath, which earlier ones are committed
 * at the broker.
 *
 * @param published ids to forget; forgetting what is forgotten changes nothing
 * @param limit how many rows at most; 0 only forgets
 * @param waitMillis how long to wait when there are none
 */
public record ShardDrainRequest(String leaseId, List<Long> published, int limit, long waitMillis) {

    /** Takes a copy of the list. */
    public ShardDrainRequest {
        published = List.copyOf(published);
    }
}
