package io.leasehold.state.tfstate;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the state backend. */
@ConfigMapping(prefix = "leasehold.state")
interface StateConfig {
    /**
     * How many bytes of bodies and states above 4 MiB may be on their way in or out at once, and a
     * quarter of that again of those above 256 KiB. Each takes three to five times its size
     * meanwhile; the others wait their turn.
     */
    @WithDefault("64M")
    MemorySize largeBodiesInFlight();

    /** How long a large one waits for its turn before it is sent away to come again. */
    @WithDefault("PT30S")
    Duration largeBodiesPatience();
}
