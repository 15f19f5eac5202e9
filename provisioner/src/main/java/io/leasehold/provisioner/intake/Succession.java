package io.leasehold.provisioner.intake;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Says of each record what it was read behind. Offsets alone do not tell: compacted topics have
 * gaps, and a record that was read before its partition was placed anew, but is handed in after,
 * would look like one behind a gap. The ledger would take it and everything before it would be
 * lost. Only for the thread that polls and places.
 */
@ApplicationScoped
class Succession {

    private record Place(String topicId, long next) {}

    private final Map<TopicPartition, Place> places = new HashMap<>();

    /** From now on a partition is read from that offset of that topic. */
    void startsAt(TopicPartition partition, String topicId, long next) {
        places.put(partition, new Place(topicId, next));
    }

    void gaveUp(Collection<TopicPartition> partitions) {
        partitions.forEach(places::remove);
    }

    /**
     * What was just polled, as {@link PolledRecord}s.
     *
     * @throws IllegalStateException if a partition was polled that starts nowhere
     */
    ConsumerRecords<byte[], byte[]> polled(ConsumerRecords<byte[], byte[]> records) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> polled = new HashMap<>();
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> own = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
                own.add(next(partition, record));
            }
            polled.put(partition, own);
        }
        return new ConsumerRecords<>(polled, records.nextOffsets());
    }

    private PolledRecord next(TopicPartition partition, ConsumerRecord<byte[], byte[]> record) {
        Place place = places.get(partition);
        if (place == null) {
            throw new IllegalStateException("%s is read from nowhere".formatted(partition));
        }
        places.put(partition, new Place(place.topicId(), record.offset() + 1));
        return new PolledRecord(record, place.topicId(), place.next());
    }
}
