package io.leasehold.state.outbox;

import io.leasehold.state.Hints;
import io.leasehold.state.Signal;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;

/**
 * Wakes the publishers that wait for rows, here and at other processes, each only for its own
 * shard: a wake that woke all of them would cost a look at the database for each. Wake after the
 * commit only. Safe for use by any thread.
 */
@Singleton
public class OutboxSignal {
    private final List<Signal> shards;

    OutboxSignal(Vertx vertx, Hints hints) {
        shards = Stream.generate(() -> new Signal(vertx)).limit(Outbox.SHARDS).toList();
        for (int shard = 0; shard < shards.size(); shard++) {
            hints.carry("outbox-" + shard, shards.get(shard));
        }
    }

    /** A row of this tenant was committed. */
    public void wake(String tenantId) {
        of(Outbox.shardOf(tenantId)).wake();
    }

    /** Rows of tenants unknown to the caller were committed. */
    public void wakeAll() {
        shards.forEach(Signal::wake);
    }

    /** What the publisher of this shard waits for. */
    Signal of(int shard) {
        return shards.get(shard);
    }
}
