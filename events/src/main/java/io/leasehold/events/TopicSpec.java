package io.leasehold.events;

import java.util.Map;

/**
 * One topic as it must be created. Replication factor and {@code min.insync.replicas} are the
 * cluster's, not the contract's.
 *
 * @param name as on the broker
 * @param key what its records are keyed by
 * @param partitions part of the contract: changing it moves keys and breaks the order per tenant
 * @param config the topic settings of Kafka, all that differ from the broker's defaults
 */
public record TopicSpec(String name, TopicKey key, int partitions, Map<String, String> config) {
    public TopicSpec {
        config = Map.copyOf(config);
    }

    /** True if the broker keeps the newest record of each key for ever. */
    public boolean compacted() {
        return "compact".equals(config.get("cleanup.policy"));
    }
}
