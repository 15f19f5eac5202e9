package io.leasehold.state.orphan;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the ledger settles orphans without a person. */
@ConfigMapping(prefix = "leasehold.orphans")
interface OrphansConfig {
    /** Whether the ledger settles what it can prove; without it each orphan waits for a person. */
    @WithDefault("true")
    boolean settle();

    /** How often open orphans are looked for whose stack has changed since they were looked at. */
    @WithDefault("PT2S")
    Duration look();

    /** A state that is larger is not opened for it: such an orphan stays for a person. */
    @WithDefault("16M")
    MemorySize mostSize();
}
