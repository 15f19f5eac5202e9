package io.leasehold.state.version;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long state versions are kept. */
@ConfigMapping(prefix = "leasehold.versions")
interface VersionsConfig {
    /**
     * So many of a stack's newest versions are kept, however old. The current one is always kept,
     * so are the one that the last successful run left and orphans that nobody settled.
     */
    @WithDefault("100")
    int keepNewest();

    /** Every version younger than this is kept, however many there are. */
    @WithDefault("P90D")
    Duration keepFor();

    /** How long a deleted version can be brought back. */
    @WithDefault("P30D")
    Duration keepDeletedFor();

    /** How often the next stacks are looked over for versions to let go. */
    @WithDefault("PT1M")
    Duration sweepEvery();

    /** How many stacks are looked over at a time, and how many versions of one are let go. */
    @WithDefault("200")
    int sweepStacks();
}
