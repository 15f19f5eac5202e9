package io.leasehold.demo;

import io.leasehold.events.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Follows everything that the platform says on its topics, as a downstream team would: from the
 * beginning, committed records only. Waiting is by signal: whoever waits wakes when a record
 * arrives. Safe for use by several threads.
 */
final class Feed implements AutoCloseable {
    private static final List<String> FOLLOWED =
            List.of(
                    Topics.RUN_STATUS,
                    Topics.STACK_OUTPUTS,
                    Topics.STACK_DRIFT,
                    Topics.STACK_DRIFT_CURRENT,
                    Topics.DEAD_LETTER);
    private static final Duration POLL = Duration.ofSeconds(1);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Consumer<Sighting> onEach;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final List<Sighting> seen = new ArrayList<>();
    private final Thread thread;
    private @Nullable RuntimeException failure;

    private Feed(KafkaConsumer<byte[], byte[]> consumer, Consumer<Sighting> onEach) {
        this.consumer = consumer;
        this.onEach = onEach;
        this.thread = Thread.ofPlatform().daemon().name("feed").unstarted(this::follow);
    }

    static Feed follow(String bootstrapServers, Consumer<Sighting> onEach) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                FOLLOWED.stream()
                        .flatMap(topic -> consumer.partitionsFor(topic).stream())
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Feed feed = new Feed(consumer, onEach);
        feed.thread.start();
        return feed;
    }

    private void follow() {
        try {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    arrived(sighting(record));
                }
            }
        } catch (WakeupException _) {
            // The way a consumer is told to stop.
        } catch (RuntimeException e) {
            lock.lock();
            try {
                failure = e;
                arrived.signalAll();
            } finally {
                lock.unlock();
            }
        } finally {
            consumer.close();
        }
    }

    private static Sighting sighting(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        record.headers()
                .forEach(header ->
                        headers.put(
                                header.key(),
                                header.value() == null
                                        ? ""
                                        : new String(header.value(), StandardCharsets.UTF_8)));
        byte[] key = record.key();
        return new Sighting(
                record.topic(),
                key == null ? "" : new String(key, StandardCharsets.UTF_8),
                record.value(),
                headers,
                System.nanoTime());
    }

    private void arrived(Sighting sighting) {
        onEach.accept(sighting);
        lock.lock();
        try {
            seen.add(sighting);
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many records were seen so far: where a later look begins. */
    int position() {
        lock.lock();
        try {
            return seen.size();
        } finally {
            lock.unlock();
        }
    }

    /** Everything seen so far. */
    List<Sighting> all() {
        lock.lock();
        try {
            return List.copyOf(seen);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The compacted outputs topic as a reader who starts now would find it; tombstones are gone.
     */
    Map<String, Sighting> latestOutputs() {
        Map<String, Sighting> latest = new LinkedHashMap<>();
        for (Sighting each : all()) {
            if (each.topic().equals(Topics.STACK_OUTPUTS)) {
                if (each.value() == null) {
                    latest.remove(each.key());
                } else {
                    latest.put(each.key(), each);
                }
            }
        }
        return latest;
    }

    /** The first record that fits, of all. */
    Sighting await(String what, Duration within, Predicate<Sighting> fits) {
        return await(what, within, 0, fits);
    }

    /**
     * The first record from a position on that fits; waits until it arrives.
     *
     * @throws BrokenPromiseException when the time is over, saying what was waited for
     */
    Sighting await(String what, Duration within, int from, Predicate<Sighting> fits) {
        Supplier<BrokenPromiseException> late =
                () ->
                        new BrokenPromiseException(
                                "waited %d s for: %s".formatted(within.toSeconds(), what));
        long left = within.toNanos();
        int next = from;
        lock.lock();
        try {
            while (true) {
                for (; next < seen.size(); next++) {
                    if (fits.test(seen.get(next))) {
                        return seen.get(next);
                    }
                }
                if (failure != null) {
                    throw new BrokenPromiseException("the topics cannot be followed", failure);
                }
                if (left <= 0) {
                    throw late.get();
                }
                left = arrived.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokenPromiseException("interrupted while waiting for: " + what, e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
