package io.leasehold.state.lease;

import io.leasehold.ledger.api.RunPhase;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long leases last, and how service time runs. */
@ConfigMapping(prefix = "leasehold.lease")
public interface LeaseConfig {

    /** From the claim to the first heartbeat: a lost answer holds a stack no longer than this. */
    @WithDefault("PT15S")
    Duration first();

    /** From one heartbeat to the next while a run prepares and plans. */
    @WithDefault("PT30S")
    Duration planning();

    /** From one heartbeat to the next while a run applies. */
    @WithDefault("PT60S")
    Duration applying();

    /** How long an expired lease still keeps others away. */
    @WithDefault("PT5S")
    Duration grace();

    /** How often service time is beaten and lost leases are looked for. */
    @WithDefault("PT2S")
    Duration pulse();

    /** A pulse older than this tells of an outage, and time stood still meanwhile. */
    @WithDefault("PT4S")
    Duration longestGap();

    /** How often a long poll looks again though nothing woke it. */
    @WithDefault("PT1S")
    Duration poll();

    /**
     * Losses this close to each other may be those of one machine, and do not speak for each other;
     * five heartbeats of the workers ({@code leasehold.runner.heartbeat}).
     */
    @WithDefault("PT20S")
    Duration lossesTogether();

    /** How long a lease lasts that was beaten in that phase. */
    default Duration ttl(RunPhase phase) {
        return switch (phase) {
            case ASKED, CLAIMED, PREPARING, PLANNING, FINISHED -> planning();
            case APPLYING -> applying();
        };
    }
}
