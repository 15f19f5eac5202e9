package io.leasehold.provisioner.door;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Settings of the doors. */
@ConfigMapping(prefix = "leasehold.door")
public interface DoorConfig {

    /**
     * Endpoints of the platform itself, {@code host:port}, that no door may lead to even when one
     * is named: its database, its broker. Those that the worker uses itself, {@code
     * leasehold.ledger.url} and {@code kafka.bootstrap.servers}, need not be named.
     */
    Optional<List<String>> forbidden();

    /** How long a connection to an endpoint may take to open. */
    @WithDefault("PT10S")
    Duration connectTimeout();

    /** How many connections to endpoints one run may have open at a time. */
    @WithDefault("256")
    int connections();

    /** How many it may have open to its state proxy; tofu itself needs two. */
    @WithDefault("8")
    int stateConnections();
}
