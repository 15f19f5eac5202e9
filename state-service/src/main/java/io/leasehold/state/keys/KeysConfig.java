package io.leasehold.state.keys;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Settings of what is done with data keys over time. */
@ConfigMapping(prefix = "leasehold.keys")
interface KeysConfig {
    /** How often a rotation that was asked for is gone on with. */
    @WithDefault("PT5S")
    Duration rotationCheck();

    /**
     * So long after a tenant's life is gone its data key is deleted, which makes what it left
     * unreadable for ever. Without it keys are deleted by command only. Never where a stack was
     * retained, or an orphan is not settled.
     */
    Optional<Duration> deleteAfter();

    /** How often such keys are looked for. */
    @WithDefault("PT10M")
    Duration deleteCheck();
}
