package io.leasehold.provisioner.tofu;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;

/** Settings of tofu. */
@ConfigMapping(prefix = "leasehold.tofu")
public interface TofuConfig {

    /** The tofu program, at least 1.11. */
    Path binary();

    /**
     * The providers runs may use, laid out as a file system mirror: {@code
     * HOST/NAMESPACE/TYPE/VERSION/OS_ARCH/}. Nothing is fetched from a registry.
     */
    Path providers();

    /** How eagerly tofu and providers collect garbage. 400 saves a quarter of the CPU of 100. */
    @WithDefault("400")
    String gogc();

    /**
     * How many processors tofu, and each provider, uses at a time. They wait for others most of the
     * time, and beside other runs more would only cost them their turns.
     */
    @WithDefault("1")
    @Min(1)
    int processors();

    /** How long an init may take. */
    @WithDefault("PT2M")
    Duration initTimeout();

    /** How many lines of a run reach its log; more are read and counted. */
    @WithDefault("5000")
    int logLines();
}
