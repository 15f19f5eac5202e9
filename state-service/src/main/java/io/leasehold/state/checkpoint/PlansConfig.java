package io.leasehold.state.checkpoint;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long, and how large, plans are kept that were made and not yet applied. */
@ConfigMapping(prefix = "leasehold.plans")
public interface PlansConfig {

    /** A plan that is older is not applied any more: what it saw may have changed. */
    @WithDefault("PT1H")
    Duration keepFor();

    /** A larger one is not kept: a run that is taken over then plans again. */
    @WithDefault("16M")
    MemorySize mostSize();
}
