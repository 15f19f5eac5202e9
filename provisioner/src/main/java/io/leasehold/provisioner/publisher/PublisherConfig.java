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

    /** Shards this publisher takes at most; the service has eight. */
    @WithDefault("8")
    int shards();

    /** How often shards nobody drains are asked for. */
    @WithDefault("5S")
    Duration claimInterval();
}
