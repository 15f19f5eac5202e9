package io.leasehold.provisioner.intake;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Reading the tenant topic. */
@ConfigMapping(prefix = "leasehold.intake")
public interface IntakeConfig {

    /** Whether this provisioner reads the tenant topic. */
    @WithDefault("true")
    boolean enabled();

    /** Records handed to the ledger in one call. */
    @WithDefault("100")
    int batch();

    /** How often it is looked whether the topic was made again or the ledger went back. */
    @WithDefault("PT5S")
    Duration topicCheck();
}
