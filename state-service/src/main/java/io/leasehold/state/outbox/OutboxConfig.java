package io.leasehold.state.outbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the outbox. */
@ConfigMapping(prefix = "leasehold.outbox")
interface OutboxConfig {
    /** How long a publisher may keep a shard without asking for rows. */
    @WithDefault("PT15S")
    Duration lease();

    /**
     * How soon a long poll looks again by itself: for rows of other processes, and delayed ones.
     */
    @WithDefault("PT1S")
    Duration lookAgain();

    /** Who publishes, as {@code ce_source} says it: a URI reference. */
    @WithDefault("/leasehold")
    String source();
}
