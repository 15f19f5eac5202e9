package io.leasehold.provisioner.intake;

import io.leasehold.ledger.api.Watermark;
import io.leasehold.provisioner.ledger.Ledger;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Starts each assigned partition where the ledger's verdicts end, whatever Kafka has committed: a
 * ledger that was put back in time reads again what it no longer knows, and one that is ahead reads
 * nothing twice. Runs on the poll thread, which waits here while the ledger is away: without it
 * nothing that is read could be accepted anyway.
 */
@ApplicationScoped
@Identifier(TenantIntake.CHANNEL)
public class LedgerPositions implements KafkaConsumerRebalanceListener {

    private static final Logger LOGGER = Logger.getLogger(LedgerPositions.class);

    private final Ledger ledger;

    /** Needs only the ledger. */
    @Inject
    public LedgerPositions(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public void onPartitionsAssigned(
            Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        Map<TopicPartition, Long> known = new HashMap<>();
        partitions.stream()
                .map(TopicPartition::topic)
                .distinct()
                .forEach(topic -> known.putAll(watermarks(topic)));
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
        for (TopicPartition partition : partitions) {
            long beginning = beginnings.getOrDefault(partition, 0L);
            long next = Math.max(known.getOrDefault(partition, beginning), beginning);
            consumer.seek(partition, next);
        }
        LOGGER.infof(
                "partitions assigned, reading from the ledger's positions partitions=%d",
                partitions.size());
    }

    private Map<TopicPartition, Long> watermarks(String topic) {
        Map<TopicPartition, Long> next = new HashMap<>();
        for (Watermark mark :
                ledger.persistently("watermarks", () -> true, api -> api.watermarks(topic))) {
            next.put(new TopicPartition(mark.topic(), mark.partition()), mark.nextOffset());
        }
        return next;
    }
}
