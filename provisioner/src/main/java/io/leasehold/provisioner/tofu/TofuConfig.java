package io.leasehold.provisioner.tofu;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
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

    /** How long an init may take. */
    @WithDefault("PT2M")
    Duration initTimeout();

    /** How many lines of a run reach its log; more are read and counted. */
    @WithDefault("5000")
    int logLines();
}
