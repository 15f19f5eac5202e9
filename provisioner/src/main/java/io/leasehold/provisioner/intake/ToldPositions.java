package io.leasehold.provisioner.intake;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.IncomingKafkaRecord;
import io.smallrye.reactive.messaging.kafka.KafkaConnectorIncomingConfiguration;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.smallrye.reactive.messaging.kafka.commit.KafkaCommitHandler;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells Kafka how far intake has come, for whoever looks at its lag there. The ledger keeps the
 * positions, so nobody waits for Kafka's answer, least of all when partitions go: of a topic that
 * was deleted it does not come, and the reader would stand still for a minute.
 */
final class ToldPositions implements KafkaCommitHandler {

    private static final Logger LOGGER = Logger.getLogger(ToldPositions.class);

    private final KafkaConsumer<?, ?> consumer;

    private ToldPositions(KafkaConsumer<?, ?> consumer) {
        this.consumer = consumer;
    }

    /** Makes it for the channel that names it as its commit strategy. */
    @ApplicationScoped
    @Identifier("told")
    static class Factory implements KafkaCommitHandler.Factory {
        @Override
        public KafkaCommitHandler create(
                KafkaConnectorIncomingConfiguration config,
                Vertx vertx,
                KafkaConsumer<?, ?> consumer,
                BiConsumer<Throwable, Boolean> reportFailure) {
            return new ToldPositions(consumer);
        }
    }

    @Override
    public <K, V> Uni<Void> handle(IncomingKafkaRecord<K, V> record) {
        Map<TopicPartition, OffsetAndMetadata> reached =
                Map.of(
                        new TopicPartition(record.getTopic(), record.getPartition()),
                        new OffsetAndMetadata(record.getOffset() + 1));
        consumer.runOnPollingThread(
                        polled -> {
                            polled.commitAsync(reached, (_, failure) -> log(failure));
                        })
                .subscribe()
                .with(_ -> {}, ToldPositions::log);
        return Uni.createFrom().voidItem();
    }

    private static void log(@Nullable Throwable failure) {
        if (failure != null) {
            LOGGER.debugf("Kafka was not told a position reason=%s", failure.toString());
        }
    }
}
