package io.leasehold.state.audit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the audit. */
@ConfigMapping(prefix = "leasehold.audit")
interface AuditConfig {
    /** How often a stream looks for new entries. */
    @WithDefault("PT0.5S")
    Duration poll();

    /** A stream that has nothing to say sends an empty line as often. */
    @WithDefault("PT15S")
    Duration heartbeat();

    /** How many streams this process serves at once. */
    @WithDefault("32")
    int streams();

    /** How many refused attempts a minute are written down of each caller; the rest is counted. */
    @WithDefault("10")
    int refusalsPerMinute();
}
