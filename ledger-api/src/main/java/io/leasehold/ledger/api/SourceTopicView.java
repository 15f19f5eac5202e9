package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * A topic that events came from.
 *
 * @param ordinal which of the topics of that name it is, from 1; null until it is confirmed
 * @param partitions how many operators know of
 * @param toldPartitions how many the newest reader found
 * @param heldTenants tenants that have events of it held
 */
public record SourceTopicView(
        String topic,
        String topicId,
        @Nullable Integer ordinal,
        int partitions,
        int toldPartitions,
        String firstSeen,
        long heldTenants) {}
