package io.leasehold.provisioner.topics;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalInt;

/** Whether and how this provisioner creates the contract's topics. */
@ConfigMapping(prefix = "leasehold.kafka")
public interface TopicsConfig {

    /** Create missing topics at start. Off where topics are somebody else's to make. */
    @WithDefault("false")
    boolean createTopics();

    /** Replicas of a created topic. */
    @WithDefault("1")
    short replicationFactor();

    /** Partitions of a created topic, where the contract's number is more than a cell needs. */
    OptionalInt partitions();

    /** How long to wait for the broker at start before giving up. */
    @WithDefault("60S")
    Duration startTimeout();
}
