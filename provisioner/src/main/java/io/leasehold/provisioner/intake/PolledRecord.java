package io.leasehold.provisioner.intake;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record as Kafka gave it, and what it was read as: of which topic of that name, and right behind
 * what. Nothing that happens to the reader later can change that.
 */
final class PolledRecord extends ConsumerRecord<byte[], byte[]> {

    private final String topicId;
    private final long follows;

    PolledRecord(ConsumerRecord<byte[], byte[]> record, String topicId, long follows) {
        super(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.timestampType(),
                record.serializedKeySize(),
                record.serializedValueSize(),
                record.key(),
                record.value(),
                record.headers(),
                record.leaderEpoch());
        this.topicId = topicId;
        this.follows = follows;
    }

    String topicId() {
        return topicId;
    }

    /** There was nothing to read from this offset on up to the record's own. */
    long follows() {
        return follows;
    }
}
