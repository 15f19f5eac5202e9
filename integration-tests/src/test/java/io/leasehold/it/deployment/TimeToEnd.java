package io.leasehold.it.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.provisioner.runner.RunnerConfig;
import io.leasehold.state.blueprint.BlueprintReader;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How long a runner may take from being told to stop to its end. */
final class TimeToEnd {
    /** For what is told when all has ended, and for a machine that is busy. */
    private static final Duration MORE = Duration.ofMinutes(1);

    private TimeToEnd() {}

    /**
     * In such an environment; it must have a cap, since the platform kills in the end, and one that
     * leaves a run its time whose stack has the limit that all have.
     */
    static Duration of(Map<String, String> environment) {
        RunnerConfig runner = runner(environment);
        assertThat(runner.drain().orElse(Duration.ZERO))
                .as("leasehold.runner.drain")
                .isGreaterThanOrEqualTo(BlueprintReader.DEFAULT_TIMEOUT);
        return runner.drain().orElseThrow().plus(runner.grace()).plus(MORE);
    }

    private static RunnerConfig runner(Map<String, String> environment) {
        Map<String, String> given = new HashMap<>();
        for (String setting : List.of("leasehold.runner.drain", "leasehold.runner.grace")) {
            String value = environment.get(ServiceSettings.variable(setting));
            if (value != null) {
                given.put(setting, value);
            }
        }
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(RunnerConfig.class)
                .withSources(new PropertiesConfigSource(given, "environment", 300))
                .build()
                .getConfigMapping(RunnerConfig.class);
    }
}
