package io.leasehold.provisioner.ledger;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** Where the state service is and how this provisioner proves who it is. */
@ConfigMapping(prefix = "leasehold.ledger")
public interface LedgerConfig {

    /** Base URL of the state service. */
    @WithDefault("http://127.0.0.1:8080")
    URI url();

    /** File that holds this provisioner's token; read again when the service refuses it. */
    Path tokenFile();

    /** How long a call that is not a long poll may take. */
    @WithDefault("20S")
    Duration callTimeout();

    /** How long the service may hold a claim or an outbox read when there is nothing to give. */
    @WithDefault("15S")
    Duration pollWait();

    /**
     * How often the service may fail at one outcome or state (HTTP 500, 501 and the like) before
     * the worker gives up on it. Outages (no answer, 429, 502, 503, 504) are waited for as long as
     * the run's lease can be proved.
     */
    @WithDefault("8")
    int faultTries();

    /** The same in time: so long the service may do nothing but fail at it. */
    @WithDefault("1M")
    Duration faultTime();
}
