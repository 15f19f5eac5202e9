package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * The next offset of a partition that has no verdict yet.
 *
 * @param topicId which of the topics that bore the name; null where no reader ever told it
 */
public record Watermark(String topic, @Nullable String topicId, int partition, long nextOffset) {}
