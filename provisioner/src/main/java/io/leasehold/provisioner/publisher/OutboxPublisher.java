package io.leasehold.provisioner.publisher;

import io.leasehold.ledger.api.ShardClaimRequest;
import io.leasehold.ledger.api.ShardLease;
import io.leasehold.provisioner.ProvisionerIdentity;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.ledger.LedgerRefusal;
import io.leasehold.provisioner.ledger.LedgerUnavailable;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Holds as many outbox shards as it can get and drains each on a thread of its own. One virtual
 * thread asks for shards while it has fewer than it may have; a drain keeps its shard by asking for
 * rows, and one that ends, for whatever reason, gives its shard back to the asking.
 */
@ApplicationScoped
public class OutboxPublisher {

    private static final Logger LOGGER = Logger.getLogger(OutboxPublisher.class);

    private final PublisherConfig config;
    private final Ledger ledger;
    private final ProvisionerIdentity identity;
    private final Function<ShardLease, Runnable> drains;
    private final Map<Integer, Thread> draining = new ConcurrentHashMap<>();

    /** Starts nothing; {@link #onStart} does. */
    @Inject
    public OutboxPublisher(
            PublisherConfig config,
            Ledger ledger,
            ProvisionerIdentity identity,
            ShardDrain.Factory drains) {
        this(config, ledger, identity, drains::of);
    }

    /** Drains by what {@code drains} makes. */
    OutboxPublisher(
            PublisherConfig config,
            Ledger ledger,
            ProvisionerIdentity identity,
            Function<ShardLease, Runnable> drains) {
        this.config = config;
        this.ledger = ledger;
        this.identity = identity;
        this.drains = drains;
    }

    void onStart(@Observes StartupEvent event) {
        if (config.enabled()) {
            Thread.ofVirtual().name("outbox-shards").start(this::keepShards);
        }
    }

    void onStop(@Observes ShutdownEvent event) {
        ledger.stop();
        draining.values().forEach(Thread::interrupt);
    }

    private void keepShards() {
        do {
            askForMore();
        } while (ledger.pauseUnlessStopping(config.claimInterval()));
    }

    /** Not while it drains as many as it may: its drains keep their leases themselves. */
    void askForMore() {
        if (draining.size() >= config.shards()) {
            return;
        }
        try {
            ShardClaimRequest request =
                    new ShardClaimRequest(identity.name(), identity.bootId(), config.shards());
            ledger.call(api -> api.shards(request)).forEach(this::drainUnlessDraining);
        } catch (LedgerRefusal e) {
            LOGGER.errorf("outbox shards were refused, check the token's roles code=%s", e.code());
        } catch (LedgerUnavailable e) {
            LOGGER.warnf("outbox shards cannot be claimed reason=%s", e.getMessage());
        }
    }

    private void drainUnlessDraining(ShardLease lease) {
        draining.computeIfAbsent(
                lease.shard(),
                shard ->
                        Thread.ofVirtual().name("outbox-shard-" + shard).start(() -> drain(lease)));
    }

    private void drain(ShardLease lease) {
        try {
            drains.apply(lease).run();
        } finally {
            draining.remove(lease.shard());
        }
    }

    /** The shards drained now, for health and tests. */
    public List<Integer> shards() {
        return draining.keySet().stream().sorted().toList();
    }
}
