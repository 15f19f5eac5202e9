package io.leasehold.provisioner.publisher;

import io.leasehold.ledger.api.OutboxPublished;
import io.leasehold.ledger.api.OutboxRow;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.ShardLease;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.ledger.LedgerConfig;
import io.leasehold.provisioner.ledger.LedgerRefusal;
import io.leasehold.provisioner.ledger.LedgerUnavailable;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;

/**
 * Drains one shard until its lease or its producer is lost. The transactional id is initialised
 * before the first row is read: whoever slept with old rows in hand is fenced by the broker, so an
 * old value can never be published last. Confined to the thread that runs it.
 *
 * <p>A crash between the broker's commit and the ledger's mark publishes rows twice, in the same
 * order; consumers drop what is not newer.
 */
final class ShardDrain implements Runnable {

    private static final Logger LOGGER = Logger.getLogger(ShardDrain.class);

    private final ShardLease lease;
    private final Ledger ledger;
    private final int batch;
    private final long waitMillis;
    private final Map<String, Object> producerSettings;

    ShardDrain(
            ShardLease lease,
            Ledger ledger,
            int batch,
            long waitMillis,
            Map<String, Object> producerSettings) {
        this.lease = lease;
        this.ledger = ledger;
        this.batch = batch;
        this.waitMillis = waitMillis;
        this.producerSettings = producerSettings;
    }

    @Override
    public void run() {
        try (Producer<byte[], byte[]> producer = new KafkaProducer<>(producerSettings)) {
            producer.initTransactions();
            LOGGER.infof("shard is drained here shard=%d", lease.shard());
            while (!ledger.stopping()) {
                publishOnce(producer);
            }
        } catch (LedgerRefusal e) {
            LOGGER.infof("shard is given up shard=%d code=%s", lease.shard(), e.code());
        } catch (LedgerUnavailable e) {
            LOGGER.warnf("shard is given up shard=%d reason=%s", lease.shard(), e.getMessage());
        } catch (KafkaException | ExecutionException e) {
            LOGGER.warnf(
                    "shard is given up, the broker refused or is away shard=%d reason=%s",
                    lease.shard(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publishOnce(Producer<byte[], byte[]> producer)
            throws ExecutionException, InterruptedException {
        List<OutboxRow> rows =
                ledger.call(api -> api.rows(lease.shard(), lease.leaseId(), batch, waitMillis));
        if (rows.isEmpty()) {
            return;
        }
        producer.beginTransaction();
        List<Future<?>> sent = new ArrayList<>(rows.size());
        for (OutboxRow row : rows) {
            sent.add(producer.send(record(row)));
        }
        for (Future<?> one : sent) {
            one.get();
        }
        producer.commitTransaction();
        List<Long> ids = rows.stream().map(OutboxRow::id).toList();
        ledger.run(api -> api.published(lease.shard(), new OutboxPublished(lease.leaseId(), ids)));
    }

    private static ProducerRecord<byte[], byte[]> record(OutboxRow row) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(row.topic(), row.key(), row.value());
        for (RawHeader header : row.headers()) {
            record.headers().add(header.name(), header.value());
        }
        return record;
    }

    static Map<String, Object> settings(Map<String, Object> kafka, ShardLease lease) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, lease.transactionalId());
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, lease.transactionalId());
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 15_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * 1024 * 1024);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        return settings;
    }

    /** Makes drains with this provisioner's Kafka settings. */
    @ApplicationScoped
    static class Factory {

        private final Ledger ledger;
        private final PublisherConfig config;
        private final LedgerConfig ledgerConfig;
        private final Map<String, Object> kafka;

        @Inject
        Factory(
                Ledger ledger,
                PublisherConfig config,
                LedgerConfig ledgerConfig,
                @Identifier("default-kafka-broker") Map<String, Object> kafka) {
            this.ledger = ledger;
            this.config = config;
            this.ledgerConfig = ledgerConfig;
            this.kafka = kafka;
        }

        ShardDrain of(ShardLease lease) {
            long waitMillis = Math.min(ledgerConfig.pollWait().toMillis(), 5_000);
            return new ShardDrain(
                    lease, ledger, config.batch(), waitMillis, settings(kafka, lease));
        }
    }
}
