package io.leasehold.provisioner.runner;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Carrying out runs. */
@ConfigMapping(prefix = "leasehold.runner")
public interface RunnerConfig {

    /** Whether this provisioner takes runs. */
    @WithDefault("true")
    boolean enabled();

    /** Lifecycle runs at once; about one to two for each core. */
    @WithDefault("2")
    int slots();

    /** Drift checks at once, in slots of their own so that they never take a lifecycle run's. */
    @WithDefault("1")
    int driftSlots();

    /** File that says which credentials and endpoints a run gets; without it a run gets none. */
    Optional<Path> bindings();

    /**
     * How often a run's lease is beaten; well under the shortest lease. The state service's {@code
     * leasehold.lease.losses-together} is five of it.
     */
    @WithDefault("4S")
    Duration heartbeat();

    /** A tofu that prints nothing for so long is asked to stop. */
    @WithDefault("PT10M")
    Duration silence();

    /**
     * How long at most a worker that is told to stop lets what is at work end by itself; it takes
     * nothing new meanwhile. What is still at work then is asked to stop, and has the grace to do
     * so. For platforms that kill after a fixed time; without it every run has the time of its own
     * limits.
     */
    Optional<Duration> drain();

    /** How long a tofu may take to stop by itself and save its state. */
    @WithDefault("5M")
    Duration grace();
}
