package io.leasehold.provisioner.intake;

import io.leasehold.ledger.api.Watermark;
import io.leasehold.provisioner.ledger.Ledger;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Starts each assigned partition where the ledger's verdicts end, whatever Kafka has committed: a
 * ledger that was put back in time reads again what it no longer knows, and one that is ahead reads
 * nothing twice. A topic made again under the same name is another topic, and read from its
 * beginning. Runs on the poll thread, which waits here while the ledger or Kafka is away: without
 * them nothing that is read could be accepted anyway.
 */
@ApplicationScoped
@Identifier(TenantIntake.CHANNEL)
public class LedgerPositions implements KafkaConsumerRebalanceListener {

    private static final Logger LOGGER = Logger.getLogger(LedgerPositions.class);

    /**
     * What was fetched of the topic before and not polled would fit a place of this one. Here none
     * does; Kafka then goes back to the beginning, as {@code auto.offset.reset} says.
     */
    private static final long BEYOND_ALL = Long.MAX_VALUE;

    private final Ledger ledger;
    private final KafkaTopics kafka;
    private final Standing standing;
    private final Succession succession;

    /** Tells others through {@code standing}, and the records through {@code succession}. */
    @Inject
    public LedgerPositions(
            Ledger ledger, KafkaTopics kafka, Standing standing, Succession succession) {
        this.ledger = ledger;
        this.kafka = kafka;
        this.standing = standing;
        this.succession = succession;
    }

    @Override
    public void onPartitionsAssigned(
            Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        if (!partitions.isEmpty()) {
            place(consumer, partitions);
        }
    }

    @Override
    public void onPartitionsRevoked(
            Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        gaveUp(partitions);
    }

    @Override
    public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        gaveUp(partitions);
    }

    private void gaveUp(Collection<TopicPartition> partitions) {
        standing.gaveUp(partitions);
        succession.gaveUp(partitions);
    }

    /** Goes on where the ledger stands with those that are still this reader's. */
    void placeAgain(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        List<TopicPartition> own =
                partitions.stream().filter(consumer.assignment()::contains).toList();
        if (!own.isEmpty()) {
            place(consumer, own);
        }
    }

    private void place(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        partitions.stream()
                .collect(Collectors.groupingBy(TopicPartition::topic))
                .forEach((topic, own) -> place(consumer, topic, own));
        LOGGER.infof("reading from the ledger's positions partitions=%d", partitions.size());
    }

    private void place(Consumer<?, ?> consumer, String topic, List<TopicPartition> partitions) {
        TopicFacts facts = kafka.mustFind(topic);
        // Whoever fails here leaves partitions that Kafka takes for placed.
        Map<Integer, Long> known =
                ledger.untilTaken("watermarks", api -> api.watermarks(topic, facts.id())).stream()
                        .collect(Collectors.toMap(Watermark::partition, Watermark::nextOffset));
        standing.reads(topic, facts);
        for (TopicPartition partition : partitions) {
            long next = known.getOrDefault(partition.partition(), 0L);
            // What Kafka no longer has is the consumer's to skip. It is not asked where that ends:
            // of a topic that is being deleted that question has no answer, and would block.
            consumer.seek(
                    partition, succession.isOfAnother(partition, facts.id()) ? BEYOND_ALL : next);
            succession.startsAt(partition, facts.id(), next);
            standing.standsAt(partition, next);
        }
    }
}
