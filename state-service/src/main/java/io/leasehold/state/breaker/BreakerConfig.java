package io.leasehold.state.breaker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/**
 * When a breaker opens, and how it is tried whether what failed works again. All by the database's
 * time.
 */
@ConfigMapping(prefix = "leasehold.breakers")
public interface BreakerConfig {

    /** So many runs must have failed alike within the window. */
    @WithDefault("5")
    int failures();

    /** And be of so many tenants: one bad tenant opens nothing. */
    @WithDefault("3")
    int tenants();

    /** How long a failure counts. */
    @WithDefault("PT5M")
    Duration window();

    /** From opening to the first run that tries; doubles with each that fails. */
    @WithDefault("PT5M")
    Duration firstWait();

    /** The longest wait between two runs that try. */
    @WithDefault("PT1H")
    Duration longestWait();

    /** A run that was to try and was not begun for so long is not waited for: another one tries. */
    @WithDefault("PT10M")
    Duration probePatience();

    /** How often breakers are looked at, and once more stacks are held or let go. */
    @WithDefault("PT1S")
    Duration look();

    /** So many stacks are let go in one look once a breaker has closed. */
    @WithDefault("200")
    int letGo();

    /** How long a closed breaker is still shown. */
    @WithDefault("P30D")
    Duration keep();
}
