package io.leasehold.demo;

import io.leasehold.client.TailedRecord;
import io.leasehold.client.TopicTail;
import io.leasehold.events.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
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
    private static final Duration POLL = Duration.ofMillis(300);

    private final TopicTail tail;
    private final Consumer<Sighting> onEach;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final List<Sighting> seen = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closing;
    private @Nullable RuntimeException failure;

    private Feed(TopicTail tail, Consumer<Sighting> onEach) {
        this.tail = tail;
        this.onEach = onEach;
        this.thread = Thread.ofPlatform().daemon().name("feed").unstarted(this::follow);
    }

    static Feed follow(String bootstrapServers, Consumer<Sighting> onEach) {
        Map<String, Object> kafka =
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        100);
        Feed feed = new Feed(TopicTail.open(kafka, FOLLOWED, TopicTail.Start.BEGINNING), onEach);
        feed.thread.start();
        return feed;
    }

    private void follow() {
        try (tail) {
            while (!closing) {
                for (TailedRecord record : tail.poll(POLL)) {
                    arrived(new Sighting(record, System.nanoTime()));
                }
            }
        } catch (RuntimeException e) {
            lock.lock();
            try {
                failure = e;
                arrived.signalAll();
            } finally {
                lock.unlock();
            }
        }
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
        closing = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
