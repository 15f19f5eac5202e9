package io.leasehold.chaos;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.leasehold.client.Publication;
import io.leasehold.client.TenantPublisher;
import io.leasehold.events.EventJson;
import io.leasehold.events.EventType;
import io.leasehold.events.tenant.BlueprintRef;
import io.leasehold.events.tenant.TenantSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;

/**
 * Sends the events of the plan in order, each at its time, and each again for as long as the broker
 * did not say that it has it. Safe for use by several threads.
 */
final class Upstream implements AutoCloseable {
    private static final String SOURCE = "/leasehold/chaos";
    private static final BlueprintRef BLUEPRINT = new BlueprintRef("chaos", "1.0.0");
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    /** How much slower the plan is carried out beyond the horizon. */
    private static final int SLOWER = 3;

    private final TenantPublisher publisher;
    private final List<Sending> sendings;
    private final Supplier<Duration> horizon;
    private final ScheduledExecutorService again =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("upstream-again").factory());
    private final Thread thread =
            Thread.ofPlatform().daemon().name("upstream").unstarted(this::run);
    private final Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<String> refused = new ConcurrentLinkedQueue<>();
    private final CountDownLatch left;

    /**
     * @param horizon up to where in its time the plan goes on at its speed, and more slowly beyond:
     *     kills that take longer than planned would otherwise find nothing at work
     */
    Upstream(String bootstrapServers, List<Sending> sendings, Supplier<Duration> horizon) {
        this.sendings = List.copyOf(sendings);
        this.horizon = horizon;
        publisher =
                TenantPublisher.connect(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                                ProducerConfig.MAX_BLOCK_MS_CONFIG, 120_000,
                                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 120_000,
                                ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500,
                                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
                                ProducerConfig.LINGER_MS_CONFIG, 0),
                        SOURCE);
        left = new CountDownLatch(sendings.size());
        thread.start();
    }

    private void run() {
        long planned = 0;
        long before = System.nanoTime();
        try {
            for (Sending sending : sendings) {
                while (planned < sending.at().toNanos()) {
                    TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
                    long now = System.nanoTime();
                    boolean ahead = planned > horizon.get().toNanos();
                    planned += (now - before) / (ahead ? SLOWER : 1);
                    before = now;
                }
                send(sending);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Sending sending) {
        Instant sent = Instant.now();
        var _ =
                publisher
                        .publishLater(sending.type(), EventJson.write(spec(sending)))
                        .whenComplete((answer, _) -> answered(sending, sent, answer));
    }

    /**
     * @param answer null when the broker did not answer in time
     */
    private void answered(Sending sending, Instant sent, @Nullable Publication answer) {
        switch (answer) {
            case Publication.Sent at -> {
                acknowledged.add(
                        new Acknowledged(
                                sending.wish(),
                                sent,
                                Instant.now(),
                                at.topic(),
                                at.partition(),
                                at.offset()));
                left.countDown();
            }
            case Publication.Refused bad -> {
                refused.add(sending + ": " + bad.refusal());
                left.countDown();
            }
            case null -> {
                // The broker may have it or not; upstreams send such events once more.
                var _ =
                        again.schedule(
                                () -> send(sending), AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private static TenantSpec spec(Sending sending) {
        Wish wish = sending.wish();
        if (sending.type() == EventType.TENANT_DELETED) {
            return TenantSpec.deleted(wish.tenant(), wish.incarnation(), wish.generation());
        }
        return TenantSpec.active(
                wish.tenant(),
                wish.incarnation(),
                wish.generation(),
                BLUEPRINT,
                JsonNodeFactory.instance.objectNode().put("mark", wish.mark()));
    }

    /**
     * Waits until the broker has every event.
     *
     * @throws ChaosFailedException if it takes one of them not at all, or too long
     */
    void awaitAll(Duration atMost) throws InterruptedException {
        if (!left.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new ChaosFailedException(
                    "the broker does not take the last %d events".formatted(left()));
        }
        if (!refused.isEmpty()) {
            throw new ChaosFailedException("the plan has bad events: " + refused);
        }
    }

    /** How many events the broker does not have yet. */
    long left() {
        return left.getCount();
    }

    List<Acknowledged> acknowledged() {
        return new ArrayList<>(acknowledged);
    }

    @Override
    public void close() {
        thread.interrupt();
        again.shutdownNow();
        publisher.close();
    }
}
