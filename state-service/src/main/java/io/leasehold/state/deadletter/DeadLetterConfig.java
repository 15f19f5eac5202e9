package io.leasehold.state.deadletter;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of dead letters. */
@ConfigMapping(prefix = "leasehold.dead-letters")
interface DeadLetterConfig {
    /**
     * How long a replay of many stays in the hand of a command that says no more; then another one
     * may go on with it.
     */
    @WithDefault("PT15S")
    Duration replayLease();
}
