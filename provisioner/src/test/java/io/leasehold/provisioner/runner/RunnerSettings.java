package io.leasehold.provisioner.runner;

import io.leasehold.provisioner.ledger.LedgerConfig;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;

/** The settings of a runner of whom nothing is said, read as the service reads them. */
final class RunnerSettings {
    private RunnerSettings() {}

    /** Those of the runner and of its ledger. */
    static SmallRyeConfig defaults() {
        return new SmallRyeConfigBuilder()
                .withMapping(RunnerConfig.class)
                .withMapping(LedgerConfig.class)
                .withDefaultValue("leasehold.ledger.token-file", "token")
                .withConverter(Duration.class, 200, new DurationConverter())
                .build();
    }
}
