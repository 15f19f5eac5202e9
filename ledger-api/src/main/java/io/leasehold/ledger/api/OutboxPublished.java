package io.leasehold.ledger.api;

import java.util.List;

/** These rows are committed at the broker. */
public record OutboxPublished(String leaseId, List<Long> ids) {

    /** Takes a copy of the list. */
    public OutboxPublished {
        ids = List.copyOf(ids);
    }
}
