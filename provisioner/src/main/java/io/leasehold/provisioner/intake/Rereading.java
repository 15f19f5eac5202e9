package io.leasehold.provisioner.intake;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Makes the channel go on where the ledger stands, soon and on its own thread. What it has read
 * beyond that comes once more; the ledger takes nothing twice.
 */
@ApplicationScoped
class Rereading {

    private static final Logger LOGGER = Logger.getLogger(Rereading.class);

    private final KafkaClientService channels;
    private final LedgerPositions positions;

    @Inject
    Rereading(
            KafkaClientService channels,
            @Identifier(TenantIntake.CHANNEL) LedgerPositions positions) {
        this.channels = channels;
        this.positions = positions;
    }

    void from(Collection<TopicPartition> partitions) {
        KafkaConsumer<byte[], byte[]> channel = channels.getConsumer(TenantIntake.CHANNEL);
        if (channel == null || partitions.isEmpty()) {
            return;
        }
        channel.runOnPollingThread(
                        consumer -> {
                            positions.placeAgain(consumer, partitions);
                        })
                .subscribe()
                .with(
                        _ -> {},
                        failure ->
                                LOGGER.warnf(
                                        "reading again failed, it is tried again reason=%s",
                                        failure));
    }
}
