package io.leasehold.provisioner.publisher;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Draining the outbox. */
@ConfigMapping(prefix = "leasehold.publisher")
public interface PublisherConfig {

    /** Whether this provisioner publishes. */
    @WithDefault("true")
    boolean enabled();

    /** Rows per transaction. */
    @WithDefault("200")
    int batch();

    /**
     * How long rows may gather after a batch that was not full, so that a stream of them costs the
     * broker few transactions. The first row after a quiet time never waits.
     */
    @WithDefault("200MS")
    Duration linger();

    /** Shards this publisher takes at most; the service has two. */
    @WithDefault("2")
    int shards();

    /** How often shards nobody drains are asked for. */
    @WithDefault("5S")
    Duration claimInterval();
}
