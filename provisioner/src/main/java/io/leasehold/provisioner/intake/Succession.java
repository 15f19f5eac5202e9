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
import org.jboss.logging.Logger;

/**
 * Says of each record what it was read behind. Offsets alone do not tell: compacted topics have
 * gaps, and a record that was read before its partition was placed anew, but is handed in after,
 * would look like one behind a gap. The ledger would take it and everything before it would be
 * lost. Only for the thread that polls and places.
 */
@ApplicationScoped
class Succession {

    private static final Logger LOGGER = Logger.getLogger(Succession.class);

    /**
     * Where a partition is read.
     *
     * @param read whether something was polled since it was placed there
     */
    private record Place(String topicId, long next, boolean read) {}

    private final Map<TopicPartition, Place> places = new HashMap<>();

    /** From now on a partition is read from that offset of that topic. */
    void startsAt(TopicPartition partition, String topicId, long next) {
        places.put(partition, new Place(topicId, next, false));
    }

    /** Whether a partition was read of another topic of the same name so far. */
    boolean isOfAnother(TopicPartition partition, String topicId) {
        Place place = places.get(partition);
        return place != null && !place.topicId().equals(topicId);
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
        if (!place.read() && record.offset() > place.next()) {
            LOGGER.infof(
                    "the topic has nothing where the ledger stands, it goes on behind topic=%s"
                            + " partition=%d ledgerAt=%d offset=%d",
                    partition.topic(), partition.partition(), place.next(), record.offset());
        }
        places.put(partition, new Place(place.topicId(), record.offset() + 1, true));
        return new PolledRecord(record, place.topicId(), place.next());
    }
}
