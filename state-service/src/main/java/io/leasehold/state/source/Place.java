package io.leasehold.state.source;

import io.leasehold.ledger.api.SourcePosition;

/**
 * Where a record stood.
 *
 * @param topicId empty where no reader told it
 */
public record Place(String topic, String topicId, int partition, long offset) {

    /** The place of a record as its reader told it. */
    public static Place of(SourcePosition position) {
        String topicId = position.topicId();
        return new Place(
                position.topic(),
                topicId == null ? "" : topicId,
                position.partition(),
                position.offset());
    }

    /** As it is told to others. */
    public SourcePosition position() {
        return new SourcePosition(topic, topicId.isEmpty() ? null : topicId, partition, offset);
    }
}
