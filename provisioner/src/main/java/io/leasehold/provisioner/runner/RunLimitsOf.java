package io.leasehold.provisioner.runner;

import io.leasehold.ledger.api.Claim;
import io.leasehold.provisioner.tofu.RunLimits;
import java.time.Duration;

/** A run's limits from its claim and the worker's settings. */
final class RunLimitsOf {

    private RunLimitsOf() {}

    static RunLimits claim(Claim claim, RunnerConfig config) {
        return new RunLimits(
                Duration.ofMillis(claim.timeoutMillis()), config.silence(), config.grace());
    }
}
