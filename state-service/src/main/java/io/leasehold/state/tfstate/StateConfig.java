package io.leasehold.state.tfstate;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the state backend. */
@ConfigMapping(prefix = "leasehold.state")
interface StateConfig {
    /**
     * How many bytes of large states (above 4 MiB) may be on their way in at once. Each takes about
     * three times its size while it is stored; the others wait their turn.
     */
    @WithDefault("96M")
    MemorySize largeBodiesInFlight();

    /** How long a large state waits for its turn before it is sent away to come again. */
    @WithDefault("PT30S")
    Duration largeBodiesPatience();
}
