package io.leasehold.provisioner.publisher;

import io.leasehold.ledger.api.OutboxRow;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.ShardDrainRequest;
import io.leasehold.ledger.api.ShardLease;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.ledger.LedgerConfig;
import io.leasehold.provisioner.ledger.LedgerRefusal;
import io.leasehold.provisioner.ledger.LedgerUnavailable;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

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

    /**
     * A question that is held keeps the shard, also for a machine that is gone without a word; each
     * one that is asked again costs both sides some milliseconds.
     */
    private static final long LONGEST_QUESTION_MILLIS = 10_000;

    /** The broker takes back a transaction that is open for longer. */
    private static final Duration TRANSACTION = Duration.ofSeconds(15);

    /** What a producer that is given up may take to be gone. */
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final ShardLease lease;
    private final Ledger ledger;
    private final Pace pace;
    private final Map<String, Object> producerSettings;

    ShardDrain(ShardLease lease, Ledger ledger, Pace pace, Map<String, Object> producerSettings) {
        this.lease = lease;
        this.ledger = ledger;
        this.pace = pace;
        this.producerSettings = producerSettings;
    }

    @Override
    public void run() {
        try (Producer<byte[], byte[]> producer = producer(producerSettings)) {
            producer.initTransactions();
            LOGGER.infof("shard is drained here shard=%d", lease.shard());
            List<Long> published = List.of();
            while (!ledger.stopping()) {
                published = publishNext(producer, published);
            }
            ask(published, 0, 0);
        } catch (LedgerRefusal e) {
            LOGGER.infof("shard is given up shard=%d code=%s", lease.shard(), e.code());
        } catch (LedgerUnavailable e) {
            LOGGER.warnf("shard is given up shard=%d reason=%s", lease.shard(), e.getMessage());
        } catch (InterruptedException | InterruptException _) {
            Thread.currentThread().interrupt();
        } catch (KafkaException | ExecutionException e) {
            brokerIsAway(e.getMessage());
        } catch (TimeoutException _) {
            brokerIsAway("nothing is acknowledged within " + TRANSACTION);
        }
    }

    private void brokerIsAway(@Nullable String reason) {
        LOGGER.warnf(
                "shard is given up, the broker refused or is away shard=%d reason=%s",
                lease.shard(), reason);
    }

    /**
     * One that is closed in time. By default it waits without end for the answer to a commit, and a
     * drain whose broker is away would hang here and say nothing.
     */
    private static Producer<byte[], byte[]> producer(Map<String, Object> settings) {
        return new KafkaProducer<>(settings) {
            @Override
            public void close() {
                close(CLOSING);
            }
        };
    }

    /**
     * Says what is published and publishes what comes next. A stream of rows goes out in batches: a
     * transaction costs the broker the same for one record as for a hundred.
     *
     * @return the ids that are published now, and still to be told
     */
    private List<Long> publishNext(Producer<byte[], byte[]> producer, List<Long> published)
            throws ExecutionException, InterruptedException, TimeoutException {
        List<OutboxRow> rows = ask(published, pace.batch(), pace.waitMillis());
        if (rows.isEmpty()) {
            return List.of();
        }
        producer.beginTransaction();
        List<Future<?>> sent = new ArrayList<>(rows.size());
        for (OutboxRow row : rows) {
            sent.add(producer.send(record(row)));
        }
        for (Future<?> one : sent) {
            one.get(TRANSACTION.toMillis(), TimeUnit.MILLISECONDS);
        }
        producer.commitTransaction();
        if (rows.size() < pace.batch()) {
            ledger.pauseUnlessStopping(pace.linger());
        }
        return rows.stream().map(OutboxRow::id).toList();
    }

    private List<OutboxRow> ask(List<Long> published, int limit, long waitMillis) {
        ShardDrainRequest request =
                new ShardDrainRequest(lease.leaseId(), published, limit, waitMillis);
        return ledger.call(api -> api.drain(lease.shard(), request));
    }

    /**
     * How rows are taken.
     *
     * @param batch at most so many in one transaction
     * @param waitMillis how long the service may hold a question while there are none
     * @param linger how long rows may gather after a batch that was not full
     */
    record Pace(int batch, long waitMillis, Duration linger) {}

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
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION.toMillis());
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
            long waitMillis = Math.min(ledgerConfig.pollWait().toMillis(), LONGEST_QUESTION_MILLIS);
            return new ShardDrain(
                    lease,
                    ledger,
                    new Pace(config.batch(), waitMillis, config.linger()),
                    settings(kafka, lease));
        }
    }
}
