package io.leasehold.provisioner.intake;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Reading the tenant topic. */
@ConfigMapping(prefix = "leasehold.intake")
public interface IntakeConfig {

    /** Whether this provisioner reads the tenant topic. */
    @WithDefault("true")
    boolean enabled();

    /** Records handed to the ledger in one call. */
    @WithDefault("50")
    int batch();
}
