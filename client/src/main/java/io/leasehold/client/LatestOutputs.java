package io.leasehold.client;

import io.leasehold.events.StackKey;
import io.leasehold.events.Topics;
import io.leasehold.events.outgoing.DriftCurrent;
import io.leasehold.events.outgoing.DriftEvent;
import io.leasehold.events.outgoing.EventData;
import io.leasehold.events.outgoing.OutputsWithdrawn;
import io.leasehold.events.outgoing.RunDeadLetter;
import io.leasehold.events.outgoing.RunStatus;
import io.leasehold.events.outgoing.StackOutputs;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A view of the newest outputs of every stack. It reads the compacted topic from its beginning to
 * where it ended when the view was opened, tells the listener what is there, and then every change.
 * What is older than what it has seen is dropped; only what was committed is seen.
 *
 * <p>Threads: the getters may be called from any thread and never wait. The listener is called on
 * the view's own thread, one change after the other, after the view shows the change; while it
 * works nothing is read. A listener that throws ends the view, see {@link #failure}.
 */
public final class LatestOutputs implements AutoCloseable {
    private static final Logger LOGGER = Logger.getLogger(LatestOutputs.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long RETRY_MILLIS = 500;
    private static final long CLOSE_MILLIS = 10_000;

    /**
     * The broker may forget tombstones after {@code delete.retention.ms} (seven days). Who read
     * nothing for nearly that long may have missed one and reads everything again.
     */
    private static final Duration RESCAN_AFTER = Duration.ofDays(6);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Listener listener;
    private final Clock clock;
    private final Map<StackKey, StackOutputs> shown = new ConcurrentHashMap<>();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable RuntimeException failure;

    /** Hears of changes. */
    @FunctionalInterface
    public interface Listener {
        /** Called after {@code view} shows the change. */
        void changed(LatestOutputs view, OutputsChange change);
    }

    private LatestOutputs(KafkaConsumer<byte[], byte[]> consumer, Listener listener, Clock clock) {
        this.consumer = consumer;
        this.listener = listener;
        this.clock = clock;
        this.thread =
                Thread.ofPlatform().name("leasehold-latest-outputs").daemon().unstarted(this::run);
    }

    /**
     * Opens a view and returns at once; a broker or topic that is not there yet is waited for.
     *
     * @param kafka client settings, at least {@code bootstrap.servers}
     */
    public static LatestOutputs open(Map<String, Object> kafka, Listener listener) {
        return open(kafka, listener, Clock.systemUTC());
    }

    static LatestOutputs open(Map<String, Object> kafka, Listener listener, Clock clock) {
        LatestOutputs view = new LatestOutputs(TopicConsumers.open(kafka), listener, clock);
        view.thread.start();
        return view;
    }

    /**
     * Waits until the view shows all that the topic held when it was opened.
     *
     * @return false if that took longer
     * @throws IllegalStateException if the view has ended
     */
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        boolean reached = ready.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        RuntimeException ended = failure;
        if (ended != null) {
            throw new IllegalStateException("the view has ended", ended);
        }
        return reached;
    }

    /** The outputs of one life of a stack. */
    public Optional<StackOutputs> get(StackKey key) {
        return Optional.ofNullable(shown.get(key));
    }

    /** The outputs of a tenant's newest life that has any, by stack. */
    public Map<String, StackOutputs> ofTenant(String tenantId) {
        Map<String, StackOutputs> stacks = new TreeMap<>();
        List<StackOutputs> all =
                shown.values().stream().filter(o -> o.tenantId().equals(tenantId)).toList();
        long newest = all.stream().mapToLong(StackOutputs::incarnation).max().orElse(0);
        all.stream()
                .filter(outputs -> outputs.incarnation() == newest)
                .forEach(outputs -> stacks.put(outputs.stack(), outputs));
        return stacks;
    }

    /** A copy of all there is. */
    public Map<StackKey, StackOutputs> all() {
        return Map.copyOf(shown);
    }

    /** Why the view ended by itself; empty while it works and after {@link #close}. */
    public Optional<RuntimeException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Ends the view and waits for the listener to return; must not be called by the listener. */
    @Override
    public void close() {
        closing.countDown();
        consumer.wakeup();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (consumer) {
            Optional<List<TopicPartition>> partitions = awaitPartitions();
            if (partitions.isPresent()) {
                consumer.assign(partitions.get());
                while (isOpen()) {
                    readFromTheBeginning();
                }
            }
        } catch (WakeupException e) {
            LOGGER.debug("view closed");
        } catch (RuntimeException e) {
            failure = e;
            LOGGER.error("view of the latest outputs ended", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ready.countDown();
        }
    }

    private Optional<List<TopicPartition>> awaitPartitions() throws InterruptedException {
        while (isOpen()) {
            Optional<List<TopicPartition>> partitions =
                    TopicConsumers.partitions(consumer, Topics.STACK_OUTPUTS);
            if (partitions.isPresent()) {
                return partitions;
            }
            LOGGER.infof("waiting for topic topic=%s", Topics.STACK_OUTPUTS);
            boolean _ = closing.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
        return Optional.empty();
    }

    private boolean isOpen() {
        return closing.getCount() > 0;
    }

    /** Fills a table up to the captured ends, shows it, and follows until it has to begin again. */
    private void readFromTheBeginning() {
        OutputsTable table = new OutputsTable();
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        consumer.seekToBeginning(consumer.assignment());
        while (isOpen() && !reached(ends)) {
            consumer.poll(POLL).forEach(record -> apply(table, record));
        }
        table.since(Map.copyOf(shown)).forEach(this::show);
        ready.countDown();
        Instant read = clock.instant();
        while (isOpen()) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            Instant now = clock.instant();
            if (Duration.between(read, now).compareTo(RESCAN_AFTER) > 0) {
                LOGGER.warnf("view read nothing for too long, reads all again since=%s", read);
                return;
            }
            read = now;
            records.forEach(record -> apply(table, record).ifPresent(this::show));
        }
    }

    private boolean reached(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private void show(OutputsChange change) {
        switch (change) {
            case OutputsChange.Published(StackOutputs outputs) -> shown.put(change.key(), outputs);
            case OutputsChange.Withdrawn withdrawn -> shown.remove(withdrawn.key());
        }
        listener.changed(this, change);
    }

    private static Optional<OutputsChange> apply(
            OutputsTable table, ConsumerRecord<byte[], byte[]> record) {
        TailedRecord tailed = TailedRecord.of(record);
        Optional<StackKey> key = key(tailed.key());
        if (key.isEmpty()) {
            return skipped(tailed, "the key is none of ours");
        }
        if (tailed.value() == null) {
            return table.tombstone(key.get());
        }
        EventData data = tailed.data().orElse(null);
        if (data == null || !data.key().equals(tailed.key())) {
            return skipped(tailed, "cannot be read, or speaks of another key");
        }
        return switch (data) {
            case StackOutputs outputs -> table.published(outputs);
            case OutputsWithdrawn withdrawn -> table.withdrawn(withdrawn);
            case RunStatus _, RunDeadLetter _, DriftEvent _, DriftCurrent _ ->
                    skipped(tailed, "is of a type that does not belong here");
        };
    }

    private static Optional<StackKey> key(@Nullable String key) {
        try {
            return key == null ? Optional.empty() : Optional.of(StackKey.parse(key));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<OutputsChange> skipped(TailedRecord record, String why) {
        LOGGER.warnf(
                "record skipped reason='%s' partition=%d offset=%d",
                why, record.partition(), record.offset());
        return Optional.empty();
    }
}
