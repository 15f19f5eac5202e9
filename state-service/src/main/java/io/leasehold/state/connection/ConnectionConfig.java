package io.leasehold.state.connection;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of connections. */
@ConfigMapping(prefix = "leasehold.connection")
interface ConnectionConfig {
    /**
     * How long the head of a request may take from its first byte to its last. A slower connection
     * is closed.
     */
    @WithDefault("PT10S")
    Duration headPatience();

    /**
     * In each time of this length a body must bring 64 KiB or its end. A slower request is refused
     * with 408.
     */
    @WithDefault("PT10S")
    Duration bodyPatience();
}
