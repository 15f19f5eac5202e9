package io.leasehold.provisioner.publisher;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.ShardClaimRequest;
import io.leasehold.ledger.api.ShardLease;
import io.leasehold.provisioner.ProvisionerIdentity;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.ledger.SilentLedger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When shards are asked for, and when not. */
@Timeout(30)
class OutboxPublisherTest {

    private final Shards ledger = new Shards();
    private final Map<Integer, CountDownLatch> drains = new ConcurrentHashMap<>();
    private final OutboxPublisher publisher =
            new OutboxPublisher(
                    new TwoShards(),
                    new Ledger(ledger),
                    new ProvisionerIdentity(() -> Optional.of("p")),
                    lease -> () -> drain(lease));

    @AfterEach
    void everythingEnds() {
        drains.values().forEach(CountDownLatch::countDown);
    }

    @Test
    void asksForWhatItDoesNotHaveAndDrainsWhatItGets() throws Exception {
        ledger.free = 1;
        publisher.askForMore();
        assertThat(publisher.shards()).containsExactly(0);

        ledger.free = 2;
        publisher.askForMore();

        assertThat(publisher.shards()).containsExactly(0, 1);
        eventually(Duration.ofSeconds(10), () -> assertThat(drains).containsOnlyKeys(0, 1));
        assertThat(ledger.asked).hasValue(2);
    }

    @Test
    void whoHasAllItMayHaveDoesNotAskUntilADrainEnds() throws Exception {
        ledger.free = 2;
        publisher.askForMore();
        publisher.askForMore();
        publisher.askForMore();
        assertThat(ledger.asked).hasValue(1);

        eventually(Duration.ofSeconds(10), () -> assertThat(drains).containsOnlyKeys(0, 1));
        Objects.requireNonNull(drains.get(1)).countDown();
        eventually(Duration.ofSeconds(10), () -> assertThat(publisher.shards()).containsExactly(0));
        publisher.askForMore();

        assertThat(ledger.asked).hasValue(2);
        assertThat(publisher.shards()).containsExactly(0, 1);
    }

    private void drain(ShardLease lease) {
        CountDownLatch end = new CountDownLatch(1);
        drains.put(lease.shard(), end);
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Gives as many shards as are free. */
    private static final class Shards extends SilentLedger {
        private final AtomicInteger asked = new AtomicInteger();
        private volatile int free;

        @Override
        public List<ShardLease> shards(ShardClaimRequest request) {
            asked.incrementAndGet();
            return IntStream.range(0, Math.min(free, request.atMost()))
                    .mapToObj(shard -> new ShardLease(shard, "lease-" + shard, 15_000))
                    .toList();
        }
    }

    private static final class TwoShards implements PublisherConfig {
        @Override
        public boolean enabled() {
            return true;
        }

        @Override
        public int batch() {
            return 200;
        }

        @Override
        public Duration linger() {
            return Duration.ZERO;
        }

        @Override
        public int shards() {
            return 2;
        }

        @Override
        public Duration claimInterval() {
            return Duration.ofSeconds(5);
        }
    }
}
