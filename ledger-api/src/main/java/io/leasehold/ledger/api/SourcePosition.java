package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * Where a record stood in the input: the origin that a verdict and a dead letter refer to.
 *
 * @param topicId which of the topics that bore the name; null where the reader did not tell it
 */
public record SourcePosition(String topic, @Nullable String topicId, int partition, long offset) {

    /** A place whose topic's id is not told. */
    public SourcePosition(String topic, int partition, long offset) {
        this(topic, null, partition, offset);
    }
}
